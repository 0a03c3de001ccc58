import type { Problem } from '../problem';
import type { ConfigurationGroup } from './configurations';
import type { Configuration } from './configuration';
import { concerns } from './recognize';
import type { KconfigRule } from './rule';
import { rules as anjay } from './rules/anjay/anjayRules';
import { rules as build } from './rules/build/buildRules';
import { rules as carrier } from './rules/carrier/carrierRules';
import { rules as content } from './rules/content/contentRules';
import { rules as credentials } from './rules/credentials/credentialsRules';
import { rules as logging } from './rules/logging/loggingRules';
import { rules as platform } from './rules/platform/platformRules';
import { rules as server } from './rules/server/serverRules';
import { rules as session } from './rules/session/sessionRules';
import { rules as tags } from './rules/tags/tagsRules';
import { rules as transfer } from './rules/transfer/transferRules';

/** A problem of a configuration and the fragment it is told in. */
export type KconfigProblem = Problem & { readonly uri: string };

/** Every rule, in the order of the facts. */
export const kconfigRules: readonly KconfigRule[] = [
  ...tags,
  ...server,
  ...credentials,
  ...transfer,
  ...build,
  ...session,
  ...content,
  ...carrier,
  ...platform,
  ...anjay,
  ...logging,
];

const compare = (a: KconfigProblem, b: KconfigProblem): number =>
  a.uri === b.uri ? a.range.start - b.range.start || a.range.end - b.range.end : a.uri < b.uri ? -1 : 1;

/** Whether anything in a configuration is about LwM2M or updates. */
const isConcerned = ({ fragments, sysbuild }: Configuration): boolean =>
  fragments.some(({ fragment }) => concerns(fragment)) || (sysbuild !== undefined && concerns(sysbuild));

interface Judged {
  readonly problem: KconfigProblem;
  readonly ofLine: boolean;
}

function judge(configuration: Configuration): readonly Judged[] {
  if (!isConcerned(configuration)) return [];
  return kconfigRules.flatMap(({ code, severity, check }) =>
    check(configuration).map(({ ofLine, ...finding }) => ({
      problem: { fixes: [], severity, ...finding, code },
      ofLine: ofLine ?? false,
    })),
  );
}

/** What is wrong with one configuration, sorted by file and place. Nothing where it is not about LwM2M or updates. */
export const checkKconfig = (configuration: Configuration): readonly KconfigProblem[] =>
  judge(configuration)
    .map(({ problem }) => problem)
    .sort(compare);

/**
 * What is wrong with a folder's configurations, each problem once: one that the configuration below an overlay has as
 * well is told there alone.
 */
export function checkFolder(groups: readonly ConfigurationGroup[]): readonly KconfigProblem[] {
  const found = new Map<string, KconfigProblem>();
  const keep = (problem: KconfigProblem): void => {
    const { uri, range, code, message } = problem;
    const key = JSON.stringify([uri, range.start, range.end, code, message]);
    if (!found.has(key)) found.set(key, problem);
  };
  for (const { base, overlays } of groups) {
    const told = new Set<string>();
    for (const { problem } of base ? judge(base) : []) {
      told.add(`${problem.code} ${problem.message}`);
      keep(problem);
    }
    for (const overlay of overlays)
      for (const { problem, ofLine } of judge(overlay))
        if (ofLine || !told.has(`${problem.code} ${problem.message}`)) keep(problem);
  }
  return [...found.values()].sort(compare);
}
