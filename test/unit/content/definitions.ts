import type { DefinitionLookup, ResourceDefinition, ResourceType } from '../../../src/objects/definition';

/** A lookup that knows the types of the resources given as `object/resource`; every object is a single-instance one. */
export function knowing(types: Readonly<Record<string, ResourceType>>): DefinitionLookup {
  const objects = new Map<number, Map<number, ResourceDefinition>>();
  for (const [key, type] of Object.entries(types)) {
    const [objectId = 0, id = 0] = key.split('/').map(Number);
    const resources = objects.get(objectId) ?? new Map<number, ResourceDefinition>();
    objects.set(objectId, resources);
    resources.set(id, { id, name: `R${id}`, operations: 'RW', type, multiple: false, mandatory: false });
  }
  return {
    object: (id) => {
      const resources = objects.get(id);
      return (
        resources && {
          id,
          version: '1.0',
          name: `O${id}`,
          multiple: false,
          mandatory: false,
          source: 'test',
          resources,
        }
      );
    },
  };
}
