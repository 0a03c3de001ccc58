import type { FileChange, Fix } from '../../../problem';
import type { Configuration } from '../../configuration';
import type { Assignment, Fragment } from '../../fragment';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { appended, intoSysbuild, takenOut, writtenValue } from './sysbuildEdits';
import { sysbuildName } from './sysbuildNames';

const isOfSysbuild = ({ symbol }: Assignment): boolean => symbol.startsWith('SB_CONFIG_');

const lineOf = ({ text }: Fragment, { range }: Assignment): string => text.slice(range.start, range.end);

function moved(from: Fragment, assignment: Assignment, added: FileChange | undefined, where: string): Fix[] {
  if (!added) return [];
  return [
    {
      title: `Move ${assignment.symbol} to ${where}`,
      preferred: true,
      changes: [added, { kind: 'edit', uri: from.uri, edits: [takenOut(from, assignment)] }],
    },
  ];
}

/** A line of sysbuild.conf that is an application's: renamed where sysbuild has the option, else moved. */
function fixesInSysbuild({ fragments }: Configuration, sysbuild: Fragment, assignment: Assignment): Fix[] {
  const name = sysbuildName(assignment.symbol);
  if (name !== undefined) {
    const { uri } = sysbuild;
    const isThere = sysbuild.assignments.some(({ symbol }) => symbol === name);
    const edit = isThere
      ? takenOut(sysbuild, assignment)
      : { range: assignment.range, newText: `${name}=${writtenValue(sysbuild, assignment)}` };
    const title = isThere ? `Remove the line: ${name} is set` : `Rename ${assignment.symbol} to ${name}`;
    return [{ title, preferred: true, changes: [{ kind: 'edit', uri, edits: [edit] }] }];
  }
  const project = fragments.find(({ kind }) => kind === 'prj')?.fragment;
  const added = project && appended(project, lineOf(sysbuild, assignment));
  return moved(sysbuild, assignment, added, 'prj.conf');
}

export const rule: KconfigRule = {
  code: 'kconfig/wrong-namespace',
  number: 44,
  severity: 'error',
  document:
    "sysbuild.conf holds the options of sysbuild, which begin with SB_CONFIG_; prj.conf, a board's fragment and an overlay " +
    'hold those of the application, which begin with CONFIG_. An option in the other file is unknown there and is left out.',
  check(configuration) {
    const { fragments, sysbuild } = configuration;
    const findings: KconfigFinding[] = [];
    for (const assignment of sysbuild?.assignments ?? [])
      if (sysbuild && !isOfSysbuild(assignment))
        findings.push({
          uri: sysbuild.uri,
          range: assignment.range,
          message: `${assignment.symbol} is an option of the application: sysbuild.conf takes only SB_CONFIG_ ones, so it does not reach the application`,
          fixes: fixesInSysbuild(configuration, sysbuild, assignment),
        });
    for (const { kind, fragment } of fragments) {
      if (kind === 'generated' || kind === 'sysbuild') continue;
      // An overlay of nothing else is one for sysbuild (SB_EXTRA_CONF_FILE).
      if (kind === 'overlay' && fragment.assignments.every(isOfSysbuild)) continue;
      for (const assignment of fragment.assignments.filter(isOfSysbuild))
        findings.push({
          uri: fragment.uri,
          range: assignment.range,
          message: `${assignment.symbol} is an option of sysbuild: it belongs into sysbuild.conf, the application's fragments take only CONFIG_ ones`,
          fixes: moved(
            fragment,
            assignment,
            intoSysbuild(configuration, lineOf(fragment, assignment)),
            sysbuild ? 'sysbuild.conf' : 'a new sysbuild.conf',
          ),
        });
    }
    return findings;
  },
};
