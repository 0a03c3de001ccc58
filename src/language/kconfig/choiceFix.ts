import type { FileChange, Fix } from '../problem';
import type { TextEdit } from '../text';
import { choiceOf } from './choices';
import type { Configuration } from './configuration';
import { setFix } from './fixes';
import { placeOf, type Place } from './place';

/**
 * Chooses a member of a choice: a line that chose another one, in the fragment of `near` or a later one, becomes this
 * one's; otherwise a line is added after `near`.
 */
export function choiceFix(configuration: Configuration, near: Place, symbol: string, preferred = true): Fix {
  const title = `Set ${symbol}=y`;
  const others = (choiceOf(symbol.slice('CONFIG_'.length))?.members ?? [])
    .map((member) => `CONFIG_${member}`)
    .filter((member) => member !== symbol && configuration.isOn(member));
  const rival = others.map((member) => placeOf(configuration, member)).find((place) => place !== undefined);
  if (!rival || rival.order < near.order)
    return setFix(configuration, near, [[symbol, true]], title, preferred);
  const own = placeOf(configuration, symbol);
  if (own && own.order >= near.order)
    return setFix(
      configuration,
      near,
      [
        [symbol, true],
        [rival.assignment.symbol, false],
      ],
      title,
      preferred,
    );
  const { fragment, assignment } = rival;
  return {
    title,
    preferred,
    changes: [
      {
        kind: 'edit',
        uri: fragment.uri,
        edits: [{ range: assignment.range, newText: `${symbol}=y` }],
      },
    ],
  };
}

/** Several fixes as one; edits of one file are brought together. */
export function joinedFix(title: string, fixes: readonly Fix[], preferred = true): Fix {
  const edits = new Map<string, TextEdit[]>();
  const others: FileChange[] = [];
  for (const change of fixes.flatMap(({ changes }) => changes))
    if (change.kind !== 'edit') others.push(change);
    else edits.set(change.uri, [...(edits.get(change.uri) ?? []), ...change.edits]);
  return {
    title,
    preferred,
    changes: [...others, ...[...edits].map(([uri, list]) => ({ kind: 'edit', uri, edits: list }) as const)],
  };
}
