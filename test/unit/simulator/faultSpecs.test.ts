import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { FAULT_HELP, parseFault } from '../../../src/simulator/fault';

test('each spec is read', () => {
  for (const [spec, fault] of [
    ['result=5', { kind: 'result', result: 5 }],
    ['defer=20', { kind: 'defer', time: 20_000 }],
    ['loss=10', { kind: 'loss', probability: 0.1 }],
    ['loss=10%', { kind: 'loss', probability: 0.1 }],
    ['loss=0.1', { kind: 'loss', probability: 0.1 }],
    ['loss=1', { kind: 'loss', probability: 0.01 }],
    ['duplicate=25', { kind: 'duplicate', probability: 0.25 }],
    ['delay=100', { kind: 'delay', least: 100, most: 100 }],
    ['delay=10-90', { kind: 'delay', least: 10, most: 90 }],
    ['reboot=50', { kind: 'reboot', percent: 50 }],
    ['rebind=50%', { kind: 'rebind', percent: 50 }],
    ['hang=0', { kind: 'hang', percent: 0 }],
    ['method=pull', { kind: 'method', method: 'pull' }],
    ['protocols=0,2', { kind: 'protocols', protocols: [0, 2] }],
    ['protocols=coap,https,coaps+tcp', { kind: 'protocols', protocols: [0, 3, 5] }],
    ['wrong-key', { kind: 'handshake', handshake: 'wrong-key' }],
    ['unknown-identity', { kind: 'handshake', handshake: 'unknown-identity' }],
    ['no-cid', { kind: 'handshake', handshake: 'no-cid' }],
    ['no-resumption', { kind: 'handshake', handshake: 'no-resumption' }],
    ['send=5', { kind: 'send', period: 5000 }],
    ['quirk=wakaama', { kind: 'quirk', quirk: 'wakaama' }],
  ] as const) {
    assert.deepEqual(parseFault(spec), { ok: true, value: fault }, spec);
  }
});

test('what is none is told with the place', () => {
  for (const [spec, offset] of [
    ['', 0],
    ['explode=1', 0],
    ['result=1', 7],
    ['result=12', 7],
    ['result=5.0', 7],
    ['loss=101', 5],
    ['loss', 0],
    ['delay=90-10', 6],
    ['reboot=101', 7],
    ['quirk=none', 6],
    ['method=carry', 7],
    ['protocols=', 10],
    ['protocols=coap,ftp', 10],
    ['no-cid=1', 7],
  ] as const) {
    const fault = parseFault(spec);
    assert.ok(!fault.ok, spec);
    assert.equal(fault.problem.offset, offset, spec);
    assert.equal(fault.problem.code, 'FAULT');
  }
});

test('any text is a fault or a problem', () => {
  const names = FAULT_HELP.map(([spec]) => spec.split('=')[0] ?? '');
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.string(), (name, value) => {
      const fault = parseFault(`${name}=${value}`);
      assert.ok(fault.ok || fault.problem.message.length < 400);
    }),
  );
});
