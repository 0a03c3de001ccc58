import type { ObjectDefinition, Operations, ResourceDefinition } from '../../objects/definition';
import { plainText, saysSame, typeText } from './definition';
import { rangeChange } from './rangeChange';

/** What a change means to servers and devices that know the object as it was. */
export type Effect = 'breaking' | 'compatible' | 'editorial';

/** What of an object changed. */
export type Aspect =
  | 'removed'
  | 'added'
  | 'type'
  | 'instances'
  | 'mandatory'
  | 'operations'
  | 'range'
  | 'units'
  | 'name'
  | 'lwm2mVersion';

/** One difference between two definitions of an object. */
export interface Change {
  readonly aspect: Aspect;
  readonly effect: Effect;
  /** Of which resource; absent: of the object itself. */
  readonly resourceId?: number;
  /** A sentence that names the resource, and what it was and is. */
  readonly message: string;
}

const OPERATION_WORDS: Readonly<Record<Operations, string>> = {
  R: 'R',
  W: 'W',
  RW: 'RW',
  E: 'E',
  '': 'none',
};

const titled = ({ id, name }: ResourceDefinition): string =>
  `resource ${id}${name === '' ? '' : ` (${plainText(name)})`}`;
const instances = (multiple: boolean): string => (multiple ? 'Multiple' : 'Single');
const presence = (mandatory: boolean): string => (mandatory ? 'Mandatory' : 'Optional');

function operationsEffect(before: Operations, after: Operations): Effect {
  if ((before === 'E') !== (after === 'E')) return 'breaking';
  return [...before].every((one) => after.includes(one)) ? 'compatible' : 'breaking';
}

function compareResource(before: ResourceDefinition, after: ResourceDefinition): readonly Change[] {
  const changes: Change[] = [];
  const { id: resourceId } = after;
  const title = titled(after);
  const tell = (aspect: Aspect, effect: Effect, what: string, was: string, is: string): void => {
    const from = was === '' ? 'nothing' : plainText(was);
    const to = is === '' ? 'nothing' : plainText(is);
    changes.push({ aspect, effect, resourceId, message: `${what} of ${title} was ${from} and is ${to}` });
  };
  if (before.type !== after.type)
    tell('type', 'breaking', 'The type', typeText(before.type), typeText(after.type));
  if (before.multiple !== after.multiple)
    tell('instances', 'breaking', 'MultipleInstances', instances(before.multiple), instances(after.multiple));
  if (before.mandatory !== after.mandatory)
    tell('mandatory', 'breaking', 'Mandatory', presence(before.mandatory), presence(after.mandatory));
  if (before.operations !== after.operations)
    tell(
      'operations',
      operationsEffect(before.operations, after.operations),
      'Operations',
      OPERATION_WORDS[before.operations],
      OPERATION_WORDS[after.operations],
    );
  const { range: rangeBefore = '', units: unitsBefore = '' } = before;
  const { range = '', units = '' } = after;
  if (!saysSame(rangeBefore, range))
    tell('range', rangeChange(rangeBefore, range), 'The range', rangeBefore, range);
  if (unitsBefore !== units)
    tell(
      'units',
      unitsBefore !== '' && units !== '' ? 'breaking' : 'compatible',
      'The unit',
      unitsBefore,
      units,
    );
  if (!saysSame(before.name, after.name)) tell('name', 'editorial', 'The name', before.name, after.name);
  return changes;
}

function compareResources(before: ObjectDefinition, after: ObjectDefinition): readonly Change[] {
  const changes: Change[] = [];
  for (const [resourceId, resource] of before.resources) {
    const now = after.resources.get(resourceId);
    if (now) changes.push(...compareResource(resource, now));
    else
      changes.push({
        aspect: 'removed',
        effect: 'breaking',
        resourceId,
        message: `${presence(resource.mandatory)} ${titled(resource)} is gone`,
      });
  }
  for (const [resourceId, resource] of after.resources)
    if (!before.resources.has(resourceId))
      changes.push({
        aspect: 'added',
        effect: resource.mandatory ? 'breaking' : 'compatible',
        resourceId,
        message: `${presence(resource.mandatory)} ${titled(resource)} is new`,
      });
  return changes;
}

/**
 * What is different between two definitions of an object. Breaking: who knows the object as it was misunderstands it, or
 * finds a device that lacks what is mandatory now; compatible: it can do more; editorial: it says the same otherwise.
 */
export function compareDefinitions(before: ObjectDefinition, after: ObjectDefinition): readonly Change[] {
  const changes: Change[] = [];
  const tell = (aspect: Aspect, effect: Effect, what: string, was: string, is: string): void => {
    changes.push({ aspect, effect, message: `${what} of the object was ${was} and is ${is}` });
  };
  if (before.multiple !== after.multiple)
    tell('instances', 'breaking', 'MultipleInstances', instances(before.multiple), instances(after.multiple));
  if (before.mandatory !== after.mandatory)
    tell('mandatory', 'breaking', 'Mandatory', presence(before.mandatory), presence(after.mandatory));
  if (!saysSame(before.name, after.name))
    tell('name', 'editorial', 'The name', plainText(before.name), plainText(after.name));
  const [levelBefore, levelAfter] = [before.lwm2mVersion ?? '1.0', after.lwm2mVersion ?? '1.0'];
  if (levelBefore !== levelAfter) tell('lwm2mVersion', 'compatible', 'LWM2MVersion', levelBefore, levelAfter);
  return [...changes, ...compareResources(before, after)];
}

/** The weightiest effect of changes; `undefined` where there are none. */
export const effectOf = (changes: readonly Change[]): Effect | undefined =>
  (['breaking', 'compatible', 'editorial'] as const).find((effect) =>
    changes.some((change) => change.effect === effect),
  );
