import { ContentFormats } from '../../../src/coap/contentFormat';
import { DEVICE, leaf, type Vector } from './vector';

const DEVICE_TLV = `
  c8 00 14 4f70656e204d6f62696c6520416c6c69616e6365
  c8 01 16 4c69676874776569676874204d324d20436c69656e74
  c8 02 09 333435303030313233
  c3 03 312e30
  86 06 41 00 01 41 01 05
  88 07 08 42 00 0ed8 42 01 1388
  87 08 41 00 7d 42 01 0384
  c1 09 64
  c1 0a 0f
  83 0b 41 00 00
  c4 0d 5182428f
  c6 0e 2b30323a3030
  c1 10 55`;

const { TLV, OLD_TLV } = ContentFormats;

/** Vectors of OMA TLV. */
export const TLV_VECTORS: readonly Vector[] = [
  // OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.3: the device instance, single object instance request
  { name: 'TLV device instance', format: TLV, base: '/3/0', bytes: DEVICE_TLV, leaves: DEVICE, both: true },
  {
    name: 'TLV by its old number',
    format: OLD_TLV,
    base: '/3/0',
    bytes: DEVICE_TLV,
    leaves: DEVICE,
    both: true,
  },
  {
    // the same section: multiple object instances (access control), 16-bit resource instance IDs
    name: 'TLV two access control instances',
    format: TLV,
    base: '/2',
    bytes: `08 00 0e  c1 00 01  c1 01 00  83 02 41 7f 07  c1 03 7f
            08 02 12  c1 00 03  c1 01 00  87 02 41 7f 07 61 01 36 01  c1 03 7f`,
    leaves: [
      leaf('/2/0/0', 'integer', 1),
      leaf('/2/0/1', 'integer', 0),
      leaf('/2/0/2/127', 'integer', 7),
      leaf('/2/0/3', 'integer', 127),
      leaf('/2/2/0', 'integer', 3),
      leaf('/2/2/1', 'integer', 0),
      leaf('/2/2/2/127', 'integer', 7),
      leaf('/2/2/2/310', 'integer', 1),
      leaf('/2/2/3', 'integer', 127),
    ],
    both: true,
  },
  {
    // the same section: object links, a multiple one within instance 0
    name: 'TLV object links',
    format: TLV,
    base: '/65',
    bytes: '08 00 0f  88 00 0c  44 00 00420000  44 01 00420001',
    leaves: [
      leaf('/65/0/0/0', 'objlnk', { objectId: 66, instanceId: 0 }),
      leaf('/65/0/0/1', 'objlnk', { objectId: 66, instanceId: 1 }),
    ],
    both: true,
  },
  {
    name: 'TLV single resource',
    format: TLV,
    base: '/3/0/9',
    bytes: 'c1 09 64',
    leaves: [leaf('/3/0/9', 'integer', 100)],
    both: true,
  },
  {
    name: 'TLV multiple resource',
    format: TLV,
    base: '/3/0/6',
    bytes: '86 06 41 00 01 41 01 05',
    leaves: [leaf('/3/0/6/0', 'integer', 1), leaf('/3/0/6/1', 'integer', 5)],
    both: true,
  },
  {
    name: 'TLV resource instance',
    format: TLV,
    base: '/3/0/6/1',
    bytes: '41 01 05',
    leaves: [leaf('/3/0/6/1', 'integer', 5)],
    both: true,
  },
  {
    name: 'TLV instance wrapped though an instance was asked for',
    format: TLV,
    base: '/3/0',
    bytes: '03 00 c1 09 64',
    leaves: [leaf('/3/0/9', 'integer', 100)],
    both: false,
  },
  {
    name: 'TLV resources without their instance, of a single-instance object',
    format: TLV,
    base: '/3',
    bytes: 'c1 09 64',
    leaves: [leaf('/3/0/9', 'integer', 100)],
    both: false,
  },
  {
    // observed: Leshan reads unsigned integers as signed
    name: 'TLV unsigned 200 keeps its sign bit clear',
    format: TLV,
    base: '/65/0/1',
    bytes: 'c2 01 00c8',
    leaves: [leaf('/65/0/1', 'unsigned', 200)],
    both: true,
  },
  {
    name: 'TLV unsigned 200 in one byte',
    format: TLV,
    base: '/65/0/1',
    bytes: 'c1 01 c8',
    leaves: [leaf('/65/0/1', 'unsigned', 200)],
    both: false,
  },
  {
    name: 'TLV unsigned 2⁶⁴−1',
    format: TLV,
    base: '/65/0/1',
    bytes: 'c8 01 08 ffffffffffffffff',
    leaves: [leaf('/65/0/1', 'unsigned', 2n ** 64n - 1n)],
    both: true,
  },
  {
    name: 'TLV integers to the least of 64 bits',
    format: TLV,
    base: '/65/0/6',
    bytes: 'c8 06 08 8000000000000000',
    leaves: [leaf('/65/0/6', 'integer', -(2n ** 63n))],
    both: true,
  },
  {
    name: 'TLV float of 4 bytes',
    format: TLV,
    base: '/65/0/2',
    bytes: 'c4 02 c1480000',
    leaves: [leaf('/65/0/2', 'float', -12.5)],
    both: true,
  },
  {
    name: 'TLV float of 8 bytes',
    format: TLV,
    base: '/65/0/2',
    bytes: 'c8 02 08 3fb999999999999a',
    leaves: [leaf('/65/0/2', 'float', 0.1)],
    both: true,
  },
];
