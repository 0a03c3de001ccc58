import type { Aspect } from '../../compare';
import type { XmlRule } from '../../rule';
import { changesSinceMinor, placeOf, relatedTo } from './sinceMinor';

/** What may change with a minor version, if nothing that reads it is misled. */
const WATCHED: readonly Aspect[] = ['operations', 'range', 'units', 'name'];

/** Rule 77: changes of a minor version are looked at twice. */
export const rule: XmlRule = {
  code: 'xml/changed-minor',
  number: 77,
  severity: 'hint',
  registryOnly: true,
  document:
    'Other operations, another range, unit or name of a resource can go with a minor version, if servers that know the ' +
    'version before still get on with it: a range that is wider, an operation more, a clearer name. Each is listed, so ' +
    'that it is looked at; where one breaks something, the version is a new major one.',
  check: (file, context) =>
    changesSinceMinor(file, context).flatMap(({ object, before, changes }) =>
      changes
        .filter(({ aspect, resourceId }) => resourceId !== undefined && WATCHED.includes(aspect))
        .map((change) => ({
          range: placeOf(object, change),
          message:
            `${change.message} since version ${before.definition.version}: ` +
            (change.effect === 'breaking'
              ? 'that is likely to break what reads it'
              : 'check that it is compatible'),
          ...relatedTo(before),
        })),
    ),
};
