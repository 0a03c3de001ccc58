import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logLineOf } from '../../../src/extension/logLines';
import { arrivalsText } from '../../../src/extension/model/arrivalsText';
import { kconfigFor } from '../../../src/extension/model/kconfig';
import { plainWords } from '../../../src/extension/model/plainWords';
import { runMarkdown } from '../../../src/extension/model/runMarkdown';
import { updateRow, versionsText } from '../../../src/extension/model/updateRows';
import { actionsFor, lastGoodBefore } from '../../../src/extension/panel/panelActions';
import { device, run, value } from './support';

const failed = {
  outcome: 'failed',
  updateResult: 5,
  resultName: 'integrity check failed',
  code: 'RESULT_5',
  cause: 'It | refused `it`.',
  versionAfter: '1.4.0',
  stateAfter: 'idle',
  durationMs: 12_000,
} as const;
const succeeded = { ...failed, outcome: 'succeeded', updateResult: 1, versionAfter: '1.4.0' } as const;
const plan = {
  method: 'push',
  protocol: 'coap',
  why: 'told',
  versionBefore: '1.3.9',
  instanceId: 0,
} as const;

describe('from what to what', () => {
  test('what runs after a success, and what was to run after anything else', () => {
    assert.equal(versionsText(run('r', { plan, end: succeeded })), '1.3.9 → 1.4.0');
    assert.equal(versionsText(run('r', { plan, end: failed })), '1.3.9 → 1.5.0+2');
  });
});

describe('"Nothing arrives?"', () => {
  const arrivals = {
    host: 'bench',
    interfaces: [
      { name: 'lo', address: '127.0.0.1', internal: true },
      { name: 'eth0', address: '192.168.1.20', internal: false },
    ],
    listening: ['coap://127.0.0.1:5683'],
    datagrams: [],
  };

  test('no server: says to start it', () => {
    assert.match(arrivalsText(undefined, undefined, 0), /no server runs[^]*Start Server/);
  });

  test('loopback only: names the address to choose', () => {
    assert.match(arrivalsText(arrivals, undefined, 0), /loopback only[^]*192\.168\.1\.20/);
  });

  test('a remote window: which machine listens, and that UDP isn’t forwarded', () => {
    const text = arrivalsText(arrivals, 'ssh-remote', 0).replace(/\s+/g, ' ');
    assert.match(text, /This window is remote: the server listens on "bench".*never UDP/);
  });

  test('what arrived is listed, escaped', () => {
    const text = arrivalsText(
      {
        ...arrivals,
        datagrams: [
          { at: 0, direction: 'in', address: '10.0.0.2:1', size: 4, summary: 'bad \u0007 version 0' },
        ],
      },
      undefined,
      0,
    );
    assert.match(text, /← 10\.0\.0\.2:1 +4 bytes +bad \\u0007 version 0/);
    assert.match(text, /^Datagrams arrive, yet no device is registered/);
  });
});

describe('the log channel', () => {
  test('one line an event, the endpoint’s name first', () => {
    assert.equal(
      logLineOf({ kind: 'registered', device: device('sim-1') })?.text,
      'sim-1: registered from coap://127.0.0.1:40000, LwM2M 1.1, lifetime 300 s, binding U',
    );
    assert.equal(
      logLineOf({
        kind: 'report',
        report: { endpoint: 'sim-1', kind: 'notify', values: [value('/3303/0/5700', 21.4, 'float')], at: 0 },
      })?.text,
      'sim-1: notify /3303/0/5700 = 21.4',
    );
    assert.equal(logLineOf({ kind: 'values', endpoint: 'sim-1', values: [] }), undefined);
  });

  test('a line stays one line, whatever a device calls itself', () => {
    const line = logLineOf({ kind: 'deregistered', endpoint: 'a\n2026 [error] forged' });
    assert.ok(!line?.text.includes('\n'));
  });
});

describe('past updates', () => {
  test('a success: versions, method, duration, age', () => {
    const row = updateRow(run('r', { plan, end: succeeded, startedAt: 0 }), 72_000);
    assert.equal(row.description, '1.3.9 → 1.4.0 · push coap · 12 s · 1 min ago');
    assert.equal(row.icon, 'pass');
  });

  test('a failure by its name and number; an interruption by its own', () => {
    assert.match(
      updateRow(run('r', { end: failed }), 2_000_000).description ?? '',
      /^integrity check failed \(5\)/,
    );
    assert.match(
      updateRow(run('r', { phase: 'transferring', interrupted: true }), 0).description ?? '',
      /^interrupted/,
    );
  });

  test('the last good one is of the same device and before', () => {
    const good = run('g', { end: succeeded, startedAt: 5 });
    const others = [
      run('x', { end: succeeded, startedAt: 6, endpointName: 'other' }),
      run('y', { end: failed, startedAt: 7 }),
    ];
    assert.equal(lastGoodBefore(run('r', { startedAt: 9 }), [good, ...others])?.id, 'g');
    assert.equal(lastGoodBefore(run('r', { startedAt: 4 }), [good, ...others]), undefined);
  });

  test('a failure offers next steps, a run under way its cancelling, a success neither', () => {
    const record = { ...run('r', { end: failed }), events: [] };
    assert.equal(actionsFor(record, false, undefined)[0], 'pushAgain');
    assert.equal(actionsFor({ ...record, end: succeeded }, false, undefined).includes('pushAgain'), false);
    const { end: _end, ...running } = record;
    assert.equal(actionsFor(running, true, undefined)[0], 'cancel');
    const stalled = { ...record, end: { ...failed, updateResult: undefined, code: 'STALLED_DOWNLOADING' } };
    assert.ok(actionsFor(stalled, false, undefined).includes('nothingArrives'));
  });

  test('words of a stranger in a message: no link that VS Code would follow', () => {
    // What it makes links of: src/vs/base/common/linkedText.ts.
    const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/;
    const hostile = 'presents the identity [Fix](command:workbench.action.quickOpen?%22a%22)';
    assert.match(hostile, LINK);
    assert.doesNotMatch(plainWords(hostile), LINK);
    assert.equal(plainWords('[a](b)'), '[a] (b)');
  });

  test('as Markdown: nothing from outside takes effect', () => {
    const text = runMarkdown({
      ...run('r', { plan, end: failed, endpointName: 'a`b|c' }),
      events: [{ at: 0, kind: 'step', text: 'x ``` y', answer: '4.05' }],
    });
    assert.match(text, /\| Device \| `aˋb\\\|c` \|/);
    assert.match(text, /\| Cause \| `It \\\| refused[^`]*` \|/);
    assert.equal(text.match(/```/g)?.length, 2);
    assert.match(text, /x ''' y {2}4\.05/);
  });
});

test('Kconfig for this server has its address, by family', () => {
  assert.match(kconfigFor('coap://192.168.1.20:5683'), /CONFIG_NET_CONFIG_PEER_IPV4_ADDR="192\.168\.1\.20"/);
  assert.match(kconfigFor('coap://[fd00::1]:5683'), /CONFIG_NET_CONFIG_PEER_IPV6_ADDR="fd00::1"/);
  assert.match(
    kconfigFor('coap://[fd00::1]:5683'),
    /CONFIG_LWM2M_CLIENT_UTILS_SERVER="coap:\/\/\[fd00::1\]:5683"/,
  );
});
