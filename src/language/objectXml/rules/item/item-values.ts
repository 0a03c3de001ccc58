import { INSTANCE_VALUES, MANDATORY_VALUES, OPERATION_VALUES, TYPE_VALUES } from '../../grammar';
import type { XmlRule } from '../../rule';
import { inItems } from '../findings';
import { valueFinding, type Synonyms } from '../valueFinding';

const TYPES: readonly string[] = [...TYPE_VALUES.keys(), ''];
const TYPE_SYNONYMS: Synonyms = {
  int: 'Integer',
  int32: 'Integer',
  int64: 'Integer',
  long: 'Integer',
  uint: 'Unsigned Integer',
  uint32: 'Unsigned Integer',
  unsigned: 'Unsigned Integer',
  double: 'Float',
  decimal: 'Float',
  bool: 'Boolean',
  str: 'String',
  text: 'String',
  bytes: 'Opaque',
  binary: 'Opaque',
  blob: 'Opaque',
  date: 'Time',
  timestamp: 'Time',
  'object link': 'Objlnk',
  objectlink: 'Objlnk',
  'core link': 'Corelnk',
  corelink: 'Corelnk',
  none: '',
};
const OPERATION_SYNONYMS: Synonyms = {
  'r/w': 'RW',
  'r,w': 'RW',
  'r w': 'RW',
  wr: 'RW',
  'w/r': 'RW',
  read: 'R',
  write: 'W',
  readwrite: 'RW',
  'read/write': 'RW',
  execute: 'E',
  exec: 'E',
  x: 'E',
  none: '',
};

/** Rule 40: the words of an Item. */
export const rule: XmlRule = {
  code: 'xml/item-values',
  number: 40,
  severity: 'error',
  document:
    'Operations is R, W, RW, E or empty; MultipleInstances is Multiple or Single; Mandatory is Mandatory or Optional; Type is ' +
    `${TYPES.filter((type) => type !== '').join(', ')}, or empty for executables. The spelling is exact: Objlnk and Corelnk.`,
  check: (file) =>
    inItems(file, (item) => [
      ...valueFinding(file, item, 'Operations', OPERATION_VALUES, OPERATION_SYNONYMS),
      ...valueFinding(file, item, 'MultipleInstances', INSTANCE_VALUES),
      ...valueFinding(file, item, 'Mandatory', MANDATORY_VALUES),
      ...valueFinding(file, item, 'Type', TYPES, TYPE_SYNONYMS),
    ]),
};
