import type { Aspect } from '../../compare';
import type { XmlRule } from '../../rule';
import { nextMajor, versionFix } from '../../versionFix';
import { changesSinceMinor, placeOf, relatedTo } from './sinceMinor';

/** What a minor version must leave as it is. */
const FIXED: readonly Aspect[] = ['removed', 'added', 'type', 'instances', 'mandatory'];

/** Rule 76: what breaks needs a new major version. */
export const rule: XmlRule = {
  code: 'xml/breaking-minor',
  number: 76,
  severity: 'warning',
  document:
    'A new minor version of an object is one that servers of the version before can still work with: resources may be ' +
    'added if they are optional. A resource that is gone, or has another type or other multiplicity, or one that is ' +
    'mandatory now, breaks them: that takes a new major version, in ObjectVersion, in the URN and in the file’s name.',
  check: (file, context) =>
    changesSinceMinor(file, context).flatMap(({ object, before, changes }) =>
      changes
        .filter(({ aspect, effect }) => effect === 'breaking' && FIXED.includes(aspect))
        .map((change) => {
          const major = nextMajor(object.version);
          return {
            range: placeOf(object, change),
            message:
              `${change.message} since version ${before.definition.version}: ` +
              `that breaks what reads it, so the version is ${major}, not ${object.version}`,
            ...relatedTo(before),
            fixes: [versionFix(file, object, major, `Raise the version to ${major} everywhere`)],
          };
        }),
    ),
};
