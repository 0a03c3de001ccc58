import { compareDefinitions, effectOf } from '../../compare';
import { definitionOf } from '../../definition';
import { objectTitle, rangeOf, readTree } from '../../object';
import type { XmlRule } from '../../rule';
import { raisedVersion, versionFix } from '../../versionFix';
import { objectsOf } from './versions';

/** Rule 78: what is published stays as it is. */
export const rule: XmlRule = {
  code: 'xml/published-differs',
  number: 78,
  severity: 'hint',
  document:
    'OMA’s registry has this version of the object already, and it says something else about resources, operations, types, ' +
    'ranges or units. Devices and servers that say this version go by the published one. A changed object has a version ' +
    'of its own: the next minor one, or the next major one where the change breaks what reads it. Prose is not compared.',
  check: (file, context) =>
    readTree(file.tree).objects.flatMap((object) => {
      const { id, version } = object;
      const published = id === undefined ? undefined : context.registry.definition(id, version);
      const own = published && definitionOf(object, file.uri);
      if (id === undefined || !own) return [];
      const changes = compareDefinitions(published, own);
      const [first] = changes;
      const effect = effectOf(changes);
      if (!first || !effect) return [];
      const taken = [
        ...context.registry.versions(id),
        ...objectsOf(id, file, context).map((placed) => placed.object.version),
      ];
      const raised = raisedVersion(version, effect === 'breaking', taken);
      return [
        {
          range: rangeOf(object, 'ObjectVersion'),
          message:
            `Version ${version} of ${objectTitle(object)} is published and says something else: ${first.message}` +
            `${changes.length > 1 ? `, and ${changes.length - 1} more` : ''}; a changed object has another version`,
          fixes: [versionFix(file, object, raised, `Raise the version to ${raised}`)],
        },
      ];
    }),
};
