import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DeviceAbilities } from '../../../src/fota/abilities';
import { planUpdate } from '../../../src/fota/plan';
import type { Listening, PlanWish } from '../../../src/fota/planPull';

const device = (changes: Partial<DeviceAbilities> = {}): DeviceAbilities => ({
  endpointName: 'dev1',
  objectIds: [1, 3, 5],
  instanceId: 0,
  objectVersion: '1.0',
  deliveryMethod: 2,
  protocols: ['coap', 'http'],
  queueMode: false,
  local: { scheme: 'coap', address: { host: '192.0.2.1', port: 5683 } },
  versionBefore: '1.0.0',
  ...changes,
});
const listening: readonly Listening[] = [
  { scheme: 'coap', address: { host: '127.0.0.1', port: 5683 } },
  { scheme: 'coap', address: { host: '192.0.2.1', port: 5683 } },
  { scheme: 'http', address: { host: '127.0.0.1', port: 8080 } },
];
const plan = (
  changes: Partial<DeviceAbilities> = {},
  wish: Partial<PlanWish> = {},
  listeners = listening,
  version = '1.1.0',
) =>
  planUpdate(device(changes), { version, sha256: 'ab'.repeat(32) }, listeners, { method: 'auto', ...wish });

function planned(...asked: Parameters<typeof plan>) {
  const made = plan(...asked);
  assert.ok(made.ok, JSON.stringify(made));
  return made;
}
function refusal(...asked: Parameters<typeof plan>) {
  const made = plan(...asked);
  assert.ok(!made.ok, JSON.stringify(made));
  assert.ok(made.refusal.next);
  return made.refusal;
}

describe('the way is chosen', () => {
  test('pull from the registered address where the device takes both', () => {
    const { plan: chosen, authority } = planned();
    assert.deepEqual([chosen.method, chosen.protocol, authority], ['pull', 'coap', '192.0.2.1:5683']);
    assert.match(chosen.why, /address it registered at.*offers coap, http/);
  });
  test('push in queue mode, with the reason', () => {
    const { plan: chosen } = planned({ queueMode: true });
    assert.equal(chosen.method, 'push');
    assert.match(chosen.why, /queue mode/);
  });
  test('what the device alone takes', () => {
    assert.equal(planned({ deliveryMethod: 0 }).plan.method, 'pull');
    assert.equal(planned({ deliveryMethod: 1 }).plan.method, 'push');
    assert.match(planned({ deliveryMethod: undefined }).plan.why, /does not say/);
  });
  test('what the user wants, where both go', () => {
    assert.equal(planned({}, { method: 'push' }).plan.method, 'push');
    assert.equal(planned({ queueMode: true }, { method: 'pull' }).plan.method, 'pull');
  });
  test('push where nothing it could fetch from listens', () => {
    assert.match(planned({ protocols: ['https'] }).plan.why, /nothing it could fetch from/);
  });
  test('pull for a protocol that push does not go by', () => {
    const local = { scheme: 'coap' as const, address: { host: '127.0.0.1', port: 5683 } };
    const { plan: chosen, authority } = planned({ local }, { protocol: 'http' });
    assert.deepEqual([chosen.method, chosen.protocol, authority], ['pull', 'http', '127.0.0.1:8080']);
  });
  test('CoAP for a device that names no protocol', () => {
    const { plan: chosen } = planned({ protocols: undefined }, { method: 'pull' });
    assert.equal(chosen.protocol, 'coap');
    assert.match(chosen.why, /names no protocol/);
  });
  test('a host that the user names, with the port that listens', () => {
    assert.equal(planned({}, { host: 'fw.example' }).authority, 'fw.example:5683');
    const http = planned({}, { method: 'pull', protocol: 'http', host: 'fw.example' });
    assert.equal(http.authority, 'fw.example:8080');
  });
  test('an IPv6 address in brackets', () => {
    const local = { scheme: 'coap' as const, address: { host: '2001:db8::1', port: 5683 } };
    const { authority } = planned({ local }, {}, [{ scheme: 'coap', address: local.address }]);
    assert.equal(authority, '[2001:db8::1]:5683');
  });
  test('names the loopback address where something listens, the one registered at first', () => {
    const local = { scheme: 'coap', address: { host: '::1', port: 5683 } } as const;
    const http = (...hosts: readonly string[]) =>
      planned(
        { local },
        { protocol: 'http' },
        hosts.map((host, n) => ({ scheme: 'http', address: { host, port: 8080 + n } })),
      ).authority;
    assert.equal(http('127.0.0.1'), '127.0.0.1:8080');
    assert.equal(http('127.0.0.1', '::1'), '[::1]:8081');
    assert.equal(http('::'), '[::1]:8080');
  });
  test('the version that runs already may be sent again, and why says so', () => {
    assert.match(planned({ versionBefore: '1.1.0' }).plan.why, /runs 1\.1\.0 already/);
    assert.doesNotMatch(planned().plan.why, /already/);
  });
});

describe('refused by name', () => {
  test('a device with 33629 only', () => {
    const { code, cause } = refusal({ objectIds: [1, 3, 33629], instanceId: undefined });
    assert.equal(code, 'ONLY_33629');
    assert.match(cause, /33629/);
  });
  test('a device without any firmware object', () => {
    assert.equal(refusal({ objectIds: [1, 3], instanceId: undefined }).code, 'NO_FIRMWARE_OBJECT');
  });
  test('a method that the device does not take', () => {
    assert.equal(refusal({ deliveryMethod: 0 }, { method: 'push' }).code, 'METHOD_NOT_OFFERED');
    assert.equal(refusal({ deliveryMethod: 1 }, { method: 'pull' }).code, 'METHOD_NOT_OFFERED');
    assert.equal(refusal({ deliveryMethod: 1 }, { protocol: 'http' }).code, 'METHOD_NOT_OFFERED');
  });
  test('a protocol that push does not go by', () => {
    assert.equal(refusal({}, { method: 'push', protocol: 'http' }).code, 'PROTOCOL_NOT_FOR_PUSH');
  });
  test('a protocol that the device does not fetch by', () => {
    assert.equal(
      refusal({ protocols: ['http'] }, { method: 'pull', protocol: 'coap' }).code,
      'PROTOCOL_NOT_OFFERED',
    );
  });
  test('a protocol that nothing listens for', () => {
    assert.equal(refusal({ protocols: ['https'] }, { method: 'pull' }).code, 'NOT_LISTENING');
  });
  test('a listener that the device can not reach', () => {
    const { code, cause } = refusal({}, { method: 'pull', protocol: 'http' });
    assert.equal(code, 'NOT_LISTENING');
    assert.match(cause, /127\.0\.0\.1:8080 only/);
  });
});
