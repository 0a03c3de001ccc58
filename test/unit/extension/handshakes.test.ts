import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { logLineOf } from '../../../src/extension/logLines';
import { DeviceModel } from '../../../src/extension/model/deviceModel';
import { childrenOf } from '../../../src/extension/model/deviceNodes';
import { rowOf } from '../../../src/extension/model/deviceRows';
import { HandshakeLog, MOST_ATTEMPTS } from '../../../src/extension/model/handshakeLog';
import { HandshakeNotices, noticeText } from '../../../src/extension/model/handshakeNotice';
import {
  handshakeChildren,
  handshakeNodeId,
  handshakeRow,
  type HandshakeNode,
} from '../../../src/extension/model/handshakeRows';
import { handshakeText, ToldAttempts } from '../../../src/extension/model/handshakeText';
import {
  causeSentence,
  securityWords,
  suiteWords,
  verdictWords,
} from '../../../src/extension/model/handshakeWords';
import { verdictCodes, type HandshakeAttempt } from '../../../src/security/handshakeAttempt';
import { attempt, device, scriptedWorkbench, settled, wrongKey } from './support';

const NOW = 1_010_000;
const failed = (id: number, more: Partial<HandshakeAttempt> = {}) =>
  attempt(id, { outcome: 'failed', identity: 'dev1', verdict: wrongKey, ...more });

/** Every node of an attempt, from the top. */
function nodesOf(
  one: HandshakeAttempt,
  node: HandshakeNode = { kind: 'attempt', id: one.id },
): HandshakeNode[] {
  return [node, ...handshakeChildren(one, node).flatMap((child) => nodesOf(one, child))];
}

describe('the view of handshakes', () => {
  test('newest first, the same attempt once, no more than fifty', () => {
    const log = new HandshakeLog();
    for (let id = 1; id <= 60; id++) log.note(attempt(id));
    log.note(attempt(60, { outcome: 'failed' }));
    assert.equal(log.newestFirst().length, MOST_ATTEMPTS);
    assert.equal(log.newestFirst()[0]?.outcome, 'failed');
    assert.equal(log.newestFirst().at(-1)?.id, 11);
    log.reset([]);
    assert.equal(log.newestFirst().length, 0);
  });

  test('the label is whom it is of, as far as that is known', () => {
    const label = (more: Partial<HandshakeAttempt>) =>
      handshakeRow(attempt(1, more), { kind: 'attempt', id: 1 }, NOW).label;
    assert.equal(label({ endpoint: 'dev1', identity: 'other' }), 'dev1');
    assert.equal(label({ identity: 'other' }), 'other');
    assert.equal(label({ identity: '' }), '192.0.2.7:40123');
  });

  test('what came of it: the suite where it went well, the cause in words where not; a sign for each', () => {
    const row = (more: Partial<HandshakeAttempt>) =>
      handshakeRow(attempt(1, more), { kind: 'attempt', id: 1 }, NOW);
    const well = row({
      suite: 'TLS_PSK_WITH_AES_128_CCM_8',
      resumed: true,
      connectionId: { own: '01', peer: '' },
    });
    assert.equal(well.description, 'CCM_8 · resumed · CID · 9 s ago');
    assert.equal(well.icon, 'lock');
    const wrong = row({ outcome: 'failed', verdict: wrongKey });
    assert.match(wrong.description ?? '', /^wrong key · /);
    assert.equal(wrong.icon, 'error');
    assert.equal(row({ verdict: wrongKey }).icon, 'warning');
    assert.equal(row({ outcome: 'underway' }).icon, 'ellipsis');
  });

  test('below it: the sentence, the fix with its command, the peer, suites with the agreed one, flights', () => {
    const one = failed(3, {
      suite: 'TLS_PSK_WITH_AES_128_CCM_8',
      offered: ['TLS_PSK_WITH_AES_128_CBC_SHA256', 'TLS_PSK_WITH_AES_128_CCM_8'],
      extensions: ['connection_id'],
      flights: [
        { at: 1_000_003, direction: 'in', messages: ['ClientHello'], transmission: 1 },
        { at: 1_000_015, direction: 'out', messages: ['ServerHello', 'ServerHelloDone'], transmission: 1 },
        { at: 1_002_003, direction: 'in', messages: ['ClientHello'], transmission: 2 },
      ],
    });
    const rows = new Map(nodesOf(one).map((node) => [handshakeNodeId(node), handshakeRow(one, node, NOW)]));
    assert.equal(rows.get('verdict:3')?.label, wrongKey.message);
    assert.equal(rows.get('next:3')?.label, wrongKey.next);
    assert.match(rows.get('next:3')?.context ?? '', /\bfix\b/);
    assert.deepEqual(rows.get('next:3')?.command, { id: 'lwm2m.handshake.fix', arguments: [{ id: 3 }] });
    assert.equal(rows.get('suites:3')?.description, 'offered, CCM_8 agreed');
    assert.equal(rows.get('suite:3:1')?.description, 'agreed');
    assert.equal(rows.get('suite:3:0')?.description, undefined);
    assert.equal(rows.get('flights:3')?.description, '1 repeated');
    assert.equal(rows.get('flight:3:1')?.label, '+12 ms');
    assert.equal(rows.get('flight:3:1')?.description, 'ServerHello, ServerHelloDone');
    assert.equal(rows.get('flight:3:1')?.icon, 'arrow-right');
    assert.equal(rows.get('flight:3:2')?.label, '+2.0 s');
    assert.equal(rows.get('flight:3:2')?.description, 'again (2) · ClientHello');
  });

  test('a verdict without an action offers none', () => {
    const { action: _action, ...verdict } = wrongKey;
    const one = failed(1, { verdict });
    assert.equal(handshakeRow(one, { kind: 'attempt', id: 1 }, NOW).context, 'handshake');
    assert.equal(handshakeRow(one, { kind: 'next', id: 1 }, NOW).command, undefined);
  });

  test('every cause has words of its own', () => {
    assert.equal(new Set(verdictCodes.map((code) => verdictWords[code])).size, verdictCodes.length);
  });

  test('suites as people say them', () => {
    assert.equal(suiteWords('TLS_PSK_WITH_AES_128_CBC_SHA256'), 'CBC');
    assert.equal(suiteWords('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'), 'ECDHE-ECDSA GCM');
    assert.equal(suiteWords('0x1301'), '0x1301');
  });

  test('whatever a stranger sends: names are one line each, harmless, and rows are bounded', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 200 }), (identity, message, list) => {
        const one = failed(1, {
          identity,
          serverName: identity,
          suite: message,
          offered: list,
          extensions: list,
          verdict: { ...wrongKey, message, next: message },
          flights: [{ at: 1, direction: 'in', messages: list, transmission: 2 }],
        });
        const nodes = nodesOf(one);
        assert.ok(nodes.length < 200);
        for (const node of nodes) {
          const { label, description = '' } = handshakeRow(one, node, NOW);
          assert.doesNotMatch(
            `${label}${description}`,
            /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
          );
        }
        const line = logLineOf({ kind: 'handshake', handshake: one })?.text ?? '';
        assert.doesNotMatch(line, /[\u0000-\u001f]/);
        assert.ok(noticeText(one).length < 6000);
        handshakeText(one);
      }),
    );
  });
});

describe('a notification of a failed handshake', () => {
  test('once for each cause and device, whatever its port; never two at a time', () => {
    const notices = new HandshakeNotices();
    assert.equal(notices.take(failed(1)), true);
    assert.equal(notices.take(failed(2, { identity: 'dev2' })), false, 'another one is open');
    notices.closed();
    assert.equal(notices.take(failed(3)), false, 'the same cause');
    assert.equal(notices.take(failed(4, { verdict: { ...wrongKey, code: 'UNKNOWN_IDENTITY' } })), true);
    notices.closed();
    const { identity: _identity, ...nameless } = failed(5);
    assert.equal(notices.take(nameless), true);
    notices.closed();
    assert.equal(notices.take({ ...nameless, address: 'coaps://192.0.2.7:50000' }), false);
  });

  test('what went well, and a remark that nobody can act on, interrupt nobody', () => {
    const notices = new HandshakeNotices();
    const { action: _action, ...remark } = { ...wrongKey, code: 'LAST_FLIGHT_REPEATED' as const };
    assert.equal(notices.take(attempt(1)), false);
    assert.equal(notices.take(attempt(2, { verdict: remark })), false);
    assert.equal(notices.take(attempt(3, { outcome: 'failed', verdict: remark })), true);
  });

  test('a stranger who invents identities does not fill memory', () => {
    const notices = new HandshakeNotices();
    let told = 0;
    for (let id = 0; id < 2000; id++) {
      if (notices.take(failed(id, { identity: `x${id}` }))) told++;
      notices.closed();
    }
    assert.equal(told, 500);
  });
});

test('a notification names the device once, and the view its cause alone', () => {
  assert.equal(noticeText(failed(1, { endpoint: 'dev1' })), `${wrongKey.message} ${wrongKey.next}`);
  const other = failed(2, { endpoint: 'bench-9' });
  assert.match(noticeText(other), /^bench-9: dev1 does not/);
  const long = failed(3, {
    verdict: { ...wrongKey, message: 'dev1 at 127.0.0.1 has another key. None of the usual mistakes.' },
  });
  assert.equal(causeSentence(long), 'dev1 at 127.0.0.1 has another key.');
});

describe('a line of a handshake', () => {
  const text = (handshake: HandshakeAttempt) => logLineOf({ kind: 'handshake', handshake });

  test('has the cause and what to do; one that went well has its facts', () => {
    assert.deepEqual(text(failed(1, { endpoint: 'dev1' })), {
      level: 'warn',
      text: `dev1: DTLS handshake with 192.0.2.7:40123 failed: WRONG_KEY: ${wrongKey.message} ${wrongKey.next}`,
    });
    assert.deepEqual(text(attempt(2, { endpoint: 'dev1', identity: 'dev1', suite: 'TLS_X' })), {
      level: 'info',
      text: 'dev1: DTLS handshake with 192.0.2.7:40123 completed: identity dev1, TLS_X',
    });
    assert.equal(text(attempt(3, { outcome: 'underway' })), undefined);
  });

  test('comes once, and again where more became known', () => {
    const told = new ToldAttempts();
    assert.equal(told.isNews(attempt(1, { outcome: 'underway' })), false);
    assert.equal(told.isNews(attempt(1)), true);
    assert.equal(told.isNews(attempt(1, { endpoint: 'dev1' })), false);
    assert.equal(told.isNews(attempt(1, { verdict: wrongKey })), true);
  });
});

describe('a device and its security', () => {
  const security = {
    mode: 'psk',
    identity: 'dev1',
    suite: 'TLS_PSK_WITH_AES_128_CCM_8',
    connectionId: '0a',
  } as const;
  const secured = device('dev1', { address: 'coaps://192.0.2.7:40123', security });
  const node = { kind: 'device', endpoint: 'dev1' } as const;
  const context = { now: 8000, status: undefined, joined: false };

  async function modelOf(handshakes: readonly HandshakeAttempt[]) {
    const { workbench, fire } = scriptedWorkbench({ devices: [secured], handshakes });
    const model = new DeviceModel(() => '/3/0/3');
    await model.attach(workbench);
    await settled();
    return { model, fire };
  }

  test('is in its row and, with all there is to know, in its hover', async () => {
    const { model } = await modelOf([]);
    const row = rowOf(model, node, context);
    assert.match(row.description ?? '', /secured \(PSK\)/);
    assert.equal(row.icon, 'lock');
    assert.match(row.tooltip ?? '', /secured: coaps · PSK dev1 · CCM_8 · CID/);
    assert.equal(securityWords(device('dev1')), undefined);
  });

  test('its last attempt stands below it where it failed, until one goes well', async () => {
    const { model, fire } = await modelOf([failed(1)]);
    const below = () => childrenOf(model, node).filter(({ kind }) => kind === 'failedHandshake');
    assert.equal(below().length, 1, 'named by the fix alone');
    const [child] = below();
    assert.ok(child);
    assert.equal(rowOf(model, child, context).label, 'Last handshake failed: wrong key');
    fire({ kind: 'handshake', handshake: attempt(2, { endpoint: 'dev1' }) });
    assert.equal(below().length, 0);
    fire({ kind: 'handshake', handshake: attempt(3, { endpoint: 'dev1', outcome: 'underway' }) });
    assert.equal(below().length, 0);
    fire({ kind: 'handshake', handshake: failed(4, { endpoint: 'dev1' }) });
    assert.equal(below().length, 1);
  });
});
