import type { TextRange } from '../text';
import type { Fragment } from './fragment';
import { tagOwner, tagUsers, type TagUser } from './tagUsers';

/** A tag with the other lines that name the same one. */
export interface TagLink {
  /** Of the number. */
  readonly range: TextRange;
  /** All of them: this fragment's first, then those of the others in order. */
  readonly users: readonly TagUser[];
  /** The next of them after this line, the first again after the last: following the links goes round. */
  readonly target: TagUser;
  readonly tooltip: string;
}

/** Most others that a tooltip names. */
const MOST_NAMED = 6;

/**
 * Links from the security tags of a fragment to the other lines that name the same tag, in it and in the other fragments
 * of its folder. Which of them are merged into one build does not matter: a tag is the modem's.
 */
export function tagLinks(fragment: Fragment, folder: readonly Fragment[]): readonly TagLink[] {
  const all = tagUsers([fragment, ...folder.filter(({ uri }) => uri !== fragment.uri)]);
  return all
    .filter(({ uri }) => uri === fragment.uri)
    .flatMap((user): TagLink[] => {
      const same = all.filter(({ tag }) => tag === user.tag);
      const users = same.filter((other) => other !== user);
      const target = same[(same.indexOf(user) + 1) % same.length];
      if (users.length === 0 || !target) return [];
      const named = users
        .slice(0, MOST_NAMED)
        .map(({ symbol }) => (tagOwner(symbol) === symbol ? symbol : `${symbol} (${tagOwner(symbol)})`));
      const more = users.length > MOST_NAMED ? `, and ${users.length - MOST_NAMED} more` : '';
      return [
        { range: user.range, users, target, tooltip: `Tag ${user.tag} as well: ${named.join(', ')}${more}` },
      ];
    });
}
