import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { encodeUtf8 } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import type { IncomingRequest, OutgoingResponse } from '../../../src/coap/exchange';
import { createLwM2mServer } from '../../../src/lwm2m/createServer';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';
import { OBJECTS } from './scriptedClient';

const server = createLwM2mServer({
  clock: new VirtualClock(),
  random: seededRandom(1),
  maxRegistrations: 50,
});
const service = server.service({ scheme: 'coap', local: { host: '192.0.2.1', port: 5683 } });
const peer = { key: '192.0.2.9:1', address: { host: '192.0.2.9', port: 1 } };

const query = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .tuple(fc.constantFrom('ep', 'lt', 'lwm2m', 'b', 'Q', 'sms', 'pid'), fc.string({ maxLength: 12 }))
    .map((pair) => pair.join('=')),
  fc.constantFrom('ep=dev', 'lt=60', 'lwm2m=1.1', 'b=U', 'Q'),
);
/** Lists that are nearly right: cut, with a character changed, or nothing like one. */
const body = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.tuple(fc.nat(OBJECTS.length), fc.nat(255)).map(([at, byte]) => {
    const bytes = encodeUtf8(OBJECTS);
    bytes[at] = byte;
    return bytes;
  }),
  fc.nat(OBJECTS.length).map((length) => encodeUtf8(OBJECTS).subarray(0, length)),
);

test('whatever comes to /rd and /dp is answered with a success or a 4.xx or 5.03, and kept within bounds', () => {
  fc.assert(
    fc.property(
      fc.array(query, { maxLength: 6 }),
      body,
      fc.constantFrom(['rd'], ['rd', 'x'], ['dp']),
      fc.constantFrom(40, 110, 112, 11542, 11543, undefined),
      (queries, bytes, path, contentFormat) => {
        const request: IncomingRequest = {
          peer,
          method: Codes.POST,
          confirmable: true,
          path,
          query: queries,
          accept: undefined,
          contentFormat,
          observe: undefined,
          options: [],
          size1: undefined,
          body: bytes,
          observed: () => undefined,
        };
        const { code } = service.handle(request) as OutgoingResponse;
        assert.ok([2, 4].includes(code >> 5) || code === Codes.SERVICE_UNAVAILABLE, String(code));
        for (const registration of server.registrations()) {
          assert.ok(registration.endpointName.length <= 252);
          assert.ok((registration.additional ?? []).every((text) => text.length <= 65));
        }
        assert.ok(server.registrations().length <= 50);
      },
    ),
    { numRuns: 3000 },
  );
});
