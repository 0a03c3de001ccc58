import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { DEVICE, hex, leaf, type Vector } from './vector';

const { TEXT, OPAQUE, CBOR, SENML_JSON, SENML_CBOR, LWM2M_JSON, LWM2M_CBOR } = ContentFormats;

/** Vectors of the other formats. */
export const OTHER_VECTORS: readonly Vector[] = [
  {
    // OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.1
    name: 'text integer',
    format: TEXT,
    base: '/3/0/9',
    bytes: toHex(encodeUtf8('100')),
    leaves: [leaf('/3/0/9', 'integer', 100)],
    both: true,
  },
  {
    name: 'text object link',
    format: TEXT,
    base: '/65/0/0',
    bytes: toHex(encodeUtf8('3:0')),
    leaves: [leaf('/65/0/0', 'objlnk', { objectId: 3, instanceId: 0 })],
    both: true,
  },
  {
    name: 'text opaque in base64',
    format: TEXT,
    base: '/65/0/4',
    bytes: toHex(encodeUtf8('AQIDBA==')),
    leaves: [leaf('/65/0/4', 'opaque', hex('01020304'))],
    both: true,
  },
  {
    name: 'text boolean',
    format: TEXT,
    base: '/65/0/3',
    bytes: '31',
    leaves: [leaf('/65/0/3', 'boolean', true)],
    both: true,
  },
  {
    name: 'opaque',
    format: OPAQUE,
    base: '/65/0/4',
    bytes: '00ff10',
    leaves: [leaf('/65/0/4', 'opaque', hex('00ff10'))],
    both: true,
  },
  // RFC 8949 Appendix A, typed
  {
    name: 'CBOR integer 1000000000000',
    format: CBOR,
    base: '/65/0/6',
    bytes: '1b000000e8d4a51000',
    leaves: [leaf('/65/0/6', 'integer', 1000000000000)],
    both: true,
  },
  {
    name: 'CBOR unsigned 2⁶⁴−1',
    format: CBOR,
    base: '/65/0/1',
    bytes: '1bffffffffffffffff',
    leaves: [leaf('/65/0/1', 'unsigned', 2n ** 64n - 1n)],
    both: true,
  },
  {
    name: 'CBOR epoch time',
    format: CBOR,
    base: '/3/0/13',
    bytes: 'c11a514b67b0',
    leaves: [leaf('/3/0/13', 'time', 1363896240)],
    both: true,
  },
  {
    name: 'CBOR float 100000.0',
    format: CBOR,
    base: '/65/0/2',
    bytes: 'fa47c35000',
    leaves: [leaf('/65/0/2', 'float', 100000)],
    both: true,
  },
  {
    name: 'CBOR half float 1.5',
    format: CBOR,
    base: '/65/0/2',
    bytes: 'f93e00',
    leaves: [leaf('/65/0/2', 'float', 1.5)],
    both: false,
  },
  {
    name: 'CBOR decimal fraction 273.15',
    format: CBOR,
    base: '/65/0/2',
    bytes: 'c48221196ab3',
    leaves: [leaf('/65/0/2', 'float', 273.15)],
    both: false,
  },
  {
    name: 'CBOR string in chunks',
    format: CBOR,
    base: '/3/0/0',
    bytes: '7f657374726561646d696e67ff',
    leaves: [leaf('/3/0/0', 'string', 'streaming')],
    both: false,
  },
  {
    // OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.4: the device instance in SenML JSON
    name: 'SenML JSON device instance',
    format: SENML_JSON,
    base: '/3/0',
    bytes: `[{"bn":"/3/0/","n":"0","vs":"Open Mobile Alliance"},{"n":"1","vs":"Lightweight M2M Client"},{"n":"2","vs":"345000123"},{"n":"3","vs":"1.0"},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"7/0","v":3800},{"n":"7/1","v":5000},{"n":"8/0","v":125},{"n":"8/1","v":900},{"n":"9","v":100},{"n":"10","v":15},{"n":"11/0","v":0},{"n":"13","v":1367491215},{"n":"14","vs":"+02:00"},{"n":"16","vs":"U"}]`,
    leaves: DEVICE,
    both: true,
  },
  {
    name: 'SenML JSON single resource',
    format: SENML_JSON,
    base: '/3/0/0',
    bytes: '[{"bn":"/3/0/0","vs":"Open Mobile Alliance"}]',
    leaves: [leaf('/3/0/0', 'string', 'Open Mobile Alliance')],
    both: true,
  },
  {
    name: 'SenML JSON composite, every kind of value',
    format: SENML_JSON,
    base: '/',
    bytes: `[{"n":"/65/0/0","vlo":"3:0"},{"n":"/65/0/1","v":18446744073709551615},{"n":"/65/0/2","v":-12.5},{"n":"/65/0/3","vb":true},{"n":"/65/0/4","vd":"-_8"},{"n":"/65/0/5","vs":"</3/0>"}]`,
    leaves: [
      leaf('/65/0/0', 'objlnk', { objectId: 3, instanceId: 0 }),
      leaf('/65/0/1', 'unsigned', 2n ** 64n - 1n),
      leaf('/65/0/2', 'float', -12.5),
      leaf('/65/0/3', 'boolean', true),
      leaf('/65/0/4', 'opaque', hex('fbff')),
      leaf('/65/0/5', 'corelnk', '</3/0>'),
    ],
    both: true,
  },
  {
    // RFC 8428 §4.1: base value, base time
    name: 'SenML JSON with base value and times',
    format: SENML_JSON,
    base: '/',
    bytes: `[{"bn":"/65/0/","bt":1320078429,"bv":1,"n":"2","v":0.5},{"n":"6","v":-2,"t":-5}]`,
    leaves: [
      { ...leaf('/65/0/2', 'float', 1.5), at: 1320078429 },
      { ...leaf('/65/0/6', 'integer', -1), at: 1320078424 },
    ],
    both: false,
  },
  {
    name: 'SenML CBOR two resources',
    format: SENML_CBOR,
    base: '/3/0',
    bytes: `82 a3 21 65 2f332f302f 00 61 30 03 63 6f6d61  a2 00 61 39 02 18 64`,
    leaves: [leaf('/3/0/0', 'string', 'oma'), leaf('/3/0/9', 'integer', 100)],
    both: true,
  },
  {
    // Zephyr's zcbor opens indefinite containers
    name: 'SenML CBOR of indefinite length',
    format: SENML_CBOR,
    base: '/3/0',
    bytes: `9f bf 21 65 2f332f302f 00 61 30 03 63 6f6d61 ff bf 00 61 39 02 18 64 ff ff`,
    leaves: [leaf('/3/0/0', 'string', 'oma'), leaf('/3/0/9', 'integer', 100)],
    both: false,
  },
  {
    name: 'SenML CBOR object link, opaque, boolean, time',
    format: SENML_CBOR,
    base: '/',
    bytes: `84 a2 00 67 2f36352f302f30 63 766c6f 63 333a30
            a2 00 67 2f36352f302f34 08 42 fbff
            a2 00 67 2f36352f302f33 04 f5
            a2 00 67 2f332f302f3133 02 1a 5182428f`,
    leaves: [
      leaf('/65/0/0', 'objlnk', { objectId: 3, instanceId: 0 }),
      leaf('/65/0/4', 'opaque', hex('fbff')),
      leaf('/65/0/3', 'boolean', true),
      leaf('/3/0/13', 'time', 1367491215),
    ],
    both: true,
  },
  {
    // OMA-TS-LightweightM2M-V1_0_2 §6.4.4
    name: 'LwM2M JSON device instance',
    format: LWM2M_JSON,
    base: '/3/0',
    bytes: `{"bn":"/3/0/","e":[{"n":"0","sv":"Open Mobile Alliance"},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"13","v":1367491215}]}`,
    leaves: [
      leaf('/3/0/0', 'string', 'Open Mobile Alliance'),
      leaf('/3/0/6/0', 'integer', 1),
      leaf('/3/0/6/1', 'integer', 5),
      leaf('/3/0/13', 'time', 1367491215),
    ],
    both: false,
  },
  {
    name: 'LwM2M JSON relative to the request, other values',
    format: LWM2M_JSON,
    base: '/65/0',
    bytes: `{"e":[{"n":"0","ov":"3:0"},{"n":"3","bv":false},{"n":"4","sv":"AQI="}]}`,
    leaves: [
      leaf('/65/0/0', 'objlnk', { objectId: 3, instanceId: 0 }),
      leaf('/65/0/3', 'boolean', false),
      leaf('/65/0/4', 'opaque', hex('0102')),
    ],
    both: false,
  },
  {
    name: 'LwM2M CBOR nested maps',
    format: LWM2M_CBOR,
    base: '/',
    bytes: 'a1 03 a1 00 a2 09 18 64 06 a2 00 01 01 05',
    leaves: [leaf('/3/0/9', 'integer', 100), leaf('/3/0/6/0', 'integer', 1), leaf('/3/0/6/1', 'integer', 5)],
    both: false,
  },
  {
    name: 'LwM2M CBOR path array key',
    format: LWM2M_CBOR,
    base: '/3/0/9',
    bytes: 'a1 83 03 00 09 18 64',
    leaves: [leaf('/3/0/9', 'integer', 100)],
    both: true,
  },
  {
    name: 'LwM2M CBOR of indefinite length',
    format: LWM2M_CBOR,
    base: '/3/0',
    bytes: 'bf 82 03 00 bf 00 63 6f6d61 09 18 64 ff ff',
    leaves: [leaf('/3/0/0', 'string', 'oma'), leaf('/3/0/9', 'integer', 100)],
    both: false,
  },
];
