import type { ResourceType } from '../../objects/definition';

/** What an element says, in a sentence or two. `Object/` and `Item/` tell apart those that both have. */
const ELEMENTS: Readonly<Record<string, string>> = {
  LWM2M: 'The file: the definition of one object, as a rule.',
  Object: 'The definition of an object: its ID, its version, and its resources.',
  'Object/Name': 'What the object is called. Code generators make an identifier of it.',
  Description1: 'What the object is for: the registry shows it in its list.',
  ObjectID:
    'The number by which devices and servers know the object, the first part of a path. OMA’s own are 0–1023, other ' +
    'organisations’ 2048–10240, registered vendors’ 10241–32768, a vendor’s own blocks 32769–42768; 42769–42800 are for tests.',
  ObjectURN:
    'The object’s name in the world: `urn:oma:lwm2m:` and `oma`, `ext` or `x` by the class of its ID, the ID, and the ' +
    'version unless it is 1.0.',
  LWM2MVersion: 'The lowest version of LwM2M that can carry the object. Left out, 1.0 is meant.',
  ObjectVersion:
    'The version of this definition. A compatible addition raises the second number, a change that breaks what reads ' +
    'the object the first. A device names it when it registers, unless it is 1.0.',
  'Object/MultipleInstances':
    'Whether a device can have several instances of the object, or just instance 0.',
  'Object/Mandatory':
    'Whether every LwM2M client must have the object. Only Security, Server and Device are so.',
  Resources: 'The object’s resources, one `Item` each.',
  Description2: 'More about the object, below the table of its resources. Empty as a rule.',
  Item: 'A resource: its ID, and how a server may use it.',
  'Item/Name': 'What the resource is called. Code generators make an identifier of it.',
  Operations: 'What a server may do with the resource.',
  'Item/MultipleInstances': 'Whether the resource holds several values, each with an ID of its own, or one.',
  'Item/Mandatory': 'Whether each instance of the object has the resource.',
  Type: 'The type of the value. Empty for what is executed.',
  RangeEnumeration:
    'Which values there are: `0..100`, `1,2,3`, `"on","off"`, `0: off, 1: on`. On a String or Opaque a number is a length in octets.',
  Units: 'The unit of the number, by its code in SenML’s registry: `Cel`, `mV`, `s`.',
  'Item/Description': 'What the resource means and does.',
  Submitter: 'Who brought the reusable resource into OMA’s list.',
};

/** What an element of the grammar says; `undefined` for others. */
export const elementMeaning = (name: string, parent: string | undefined): string | undefined =>
  (Object.hasOwn(ELEMENTS, `${parent}/${name}`) ? ELEMENTS[`${parent}/${name}`] : undefined) ??
  (Object.hasOwn(ELEMENTS, name) ? ELEMENTS[name] : undefined);

/** What values of fields with few of them mean, by field. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Operations: {
    R: 'a server may read and observe it',
    W: 'a server may write it, and never read it back',
    RW: 'a server may read, observe and write it',
    E: 'a server may execute it: it has no value',
    '': 'no server reaches it: only a bootstrap server may write it',
  },
  MultipleInstances: { Multiple: 'several, each with an ID', Single: 'one' },
  'Object/Mandatory': {
    Mandatory: 'every LwM2M client has the object',
    Optional: 'a client may lack the object',
  },
  'Item/Mandatory': { Mandatory: 'each instance has it', Optional: 'an instance may lack it' },
  LWM2MVersion: {
    '1.0': 'any client can carry the object',
    '1.1': 'for types Unsigned Integer and Corelnk, or what LwM2M 1.1 brought',
    '1.2': 'for what LwM2M 1.2 brought',
  },
};

/** What a value of a field means; `undefined` where it has no words of its own. */
export function valueMeaning(field: string, parent: string | undefined, value: string): string | undefined {
  const words = VALUES[`${parent}/${field}`] ?? VALUES[field];
  return words && Object.hasOwn(words, value) ? words[value] : undefined;
}

/** What the types hold, and how (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C). */
export const TYPE_MEANINGS: Readonly<Record<ResourceType, string>> = {
  string: 'a text in UTF-8',
  integer: 'a whole number with a sign, of up to 64 bits',
  unsigned: 'a whole number from 0 up, of up to 64 bits (since LwM2M 1.1)',
  float: 'a number with a fraction, of 32 or 64 bits',
  boolean: 'true or false',
  opaque: 'bytes',
  time: 'seconds since 1 January 1970, UTC',
  objlnk: 'a link to an object instance, `3303:0`; 65535:65535 for none',
  corelnk: 'links as CoRE writes them, `</3/0>;ver=1.1` (since LwM2M 1.1)',
};

/** Whose an object’s ID is, in words. */
export const CLASS_MEANINGS = {
  oma: 'OMA’s own (0–1023)',
  ext: 'another organisation’s, registered (2048–10240)',
  vendor: 'a vendor’s, registered one by one (10241–32768)',
  block: 'of a block that a vendor was given (32769–42768)',
  test: 'for tests only: never in a product (42769–42800)',
} as const;
