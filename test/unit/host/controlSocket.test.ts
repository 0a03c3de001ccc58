import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { OperationError, isOperationError } from '../../../src/base/errors';
import { Emitter } from '../../../src/base/event';
import type { Workbench, WorkbenchEvent } from '../../../src/contract/workbench';
import { openControl } from '../../../src/host/control/controlSocket';
import { joinControl } from '../../../src/host/control/joinControl';
import { joinServer } from '../../../src/host/control/joinServer';
import { serveControl } from '../../../src/host/control/serveControl';
import { connectLocal, listenLocal } from '../../../src/transport/localSocket';
import { temporaryFolder } from '../../support/temporaryFolder';

const ANSWER = { endpoint: 'dev1', path: '/3/0/3', code: '2.05', values: [], problems: [], size: 0 } as const;

/** A workbench with one device, which remembers what it was asked. */
function served() {
  const events = new Emitter<WorkbenchEvent>();
  const asked: unknown[] = [];
  const workbench: Partial<Workbench> = {
    onEvent: events.event,
    status: () => Promise.resolve({ owner: 'serve', pid: 1, startedAt: 0, listening: [] }),
    devices: () => Promise.resolve([]),
    values: (endpoint) => {
      asked.push(endpoint);
      return Promise.resolve([{ path: '/3/0/3', value: '1.0', type: 'string', at: 1, source: 'read' }]);
    },
    definition: () => Promise.resolve(undefined),
    operate: (request, signal) => {
      asked.push(request);
      if (request.operation === 'execute')
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            asked.push('aborted');
            reject(new OperationError('ABORTED', 'cancelled'));
          });
        });
      return Promise.resolve(ANSWER);
    },
    startUpdate: () =>
      Promise.reject(new OperationError('UPDATE_RUNNING', 'dev1 is being updated', { next: 'Wait for it.' })),
    observe: () => Promise.resolve({ answer: ANSWER, observation: 'o1' }),
    cancelObservation: (observation) => {
      asked.push(`cancel ${observation}`);
      return Promise.resolve(undefined);
    },
  };
  return { workbench: workbench as Workbench, events, asked };
}

async function joined(t: TestContext) {
  const address = path.join(temporaryFolder(t), 'control.sock');
  const side = served();
  const listener = await listenLocal(address, ({ rpc }) => serveControl(side.workbench, rpc));
  const connection = await connectLocal(address);
  t.after(async () => {
    connection.end();
    await listener.close();
  });
  return { ...side, address, listener, connection, workbench: joinControl(connection.rpc) };
}

/** Whether a promise is settled within a moment. */
const settled = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(() => true).catch(() => true),
    new Promise<false>((resolve) => setTimeout(resolve, 50, false)),
  ]);

const until = async (condition: () => boolean) => {
  for (let turn = 0; turn < 500 && !condition(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 2));
  assert.ok(condition());
};

test('a joined workbench answers as the host itself does', async (t) => {
  const { workbench, asked } = await joined(t);
  assert.deepEqual(await workbench.devices(), []);
  assert.equal((await workbench.values('dev1'))[0]?.value, '1.0');
  assert.equal(await workbench.definition(3, 'dev1'), undefined);
  const request = { operation: 'read', endpoint: 'dev1', paths: ['/3/0/3'] } as const;
  assert.deepEqual(await workbench.operate(request), ANSWER);
  assert.deepEqual(asked, ['dev1', request]);
});

test('what could not be done keeps its code and its next step over the socket', async (t) => {
  const { workbench } = await joined(t);
  await assert.rejects(workbench.startUpdate({ endpoint: 'dev1', file: '/x' }), (error) => {
    assert.ok(isOperationError(error, 'UPDATE_RUNNING'));
    assert.equal(error.next, 'Wait for it.');
    return true;
  });
});

test('cancelling here cancels there', async (t) => {
  const { workbench, asked } = await joined(t);
  const controller = new AbortController();
  const operation = workbench.operate(
    { operation: 'execute', endpoint: 'dev1', path: '/3/0/4' },
    controller.signal,
  );
  await until(() => asked.length === 1);
  controller.abort(new OperationError('INTERRUPTED', 'Interrupted.'));
  await assert.rejects(operation, (error) => isOperationError(error, 'INTERRUPTED'));
  await until(() => asked.at(-1) === 'aborted');
});

test('events reach whoever joined, and an end of the server is told', async (t) => {
  const { workbench, events, listener, asked } = await joined(t);
  const seen: string[] = [];
  workbench.onEvent((event) => seen.push(event.kind));
  await workbench.devices();
  events.fire({ kind: 'warning', message: 'x' });
  await until(() => seen.length === 1);
  const waiting = workbench.operate({ operation: 'execute', endpoint: 'dev1', path: '/3/0/4' });
  const gone = assert.rejects(waiting, (error) => isOperationError(error, 'SERVER_GONE'));
  await until(() => asked.length === 1);
  await listener.close();
  await gone;
  await until(() => seen.at(-1) === 'closed');
  await assert.rejects(workbench.devices(), (error) => isOperationError(error, 'SERVER_GONE'));
});

test('observations of a connection that ended are cancelled', async (t) => {
  const { workbench, asked, connection } = await joined(t);
  await workbench.observe({ endpoint: 'dev1', paths: ['/3303/0/5700'] });
  connection.end();
  await until(() => asked.includes('cancel o1'));
});

test('only its owner can open the socket, a stale file is replaced, a second server refused', async (t) => {
  const { address } = await joined(t);
  if (process.platform !== 'win32') assert.equal(statSync(address).mode & 0o777, 0o600);
  await assert.rejects(
    listenLocal(address, () => undefined),
    (error) => isOperationError(error, 'CONTROL_IN_USE'),
  );
  const stale = path.join(temporaryFolder(t), 'control.sock');
  const killed = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', killed, stale]);
  assert.ok(process.platform === 'win32' || statSync(stale).isSocket());
  const listener = await listenLocal(stale, () => undefined);
  await listener.close();
  await assert.rejects(connectLocal(stale), (error) => isOperationError(error, 'NO_SERVER'));
});

test('who comes before the server is up, or while it ends, waits', async (t) => {
  const address = path.join(temporaryFolder(t), 'control.sock');
  const control = await openControl([address]);
  const early = joinServer(address);
  assert.equal(await settled(early), false);
  control.serve(served().workbench);
  const { workbench } = await early;
  const seen: string[] = [];
  workbench.onEvent((event) => seen.push(event.kind));

  control.leave();
  await until(() => seen.at(-1) === 'closed');
  const late = joinServer(address);
  assert.equal(await settled(late), false);
  await control.close();
  await assert.rejects(late, (error) => isOperationError(error, 'NO_SERVER'));
});

test("a user's file where the socket should be stays, and the socket is refused", async (t) => {
  const file = path.join(temporaryFolder(t), 'notes.txt');
  writeFileSync(file, 'mine');
  await assert.rejects(
    listenLocal(file, () => undefined),
    (error) => isOperationError(error, 'CONTROL_SOCKET'),
  );
  assert.equal(readFileSync(file, 'utf8'), 'mine');
});

test('an operation whose asker is gone is not done later', async (t) => {
  const { workbench, asked, connection } = await joined(t);
  workbench.operate({ operation: 'execute', endpoint: 'dev1', path: '/3/0/4' }).catch(() => undefined);
  await until(() => asked.length === 1);
  connection.end();
  await until(() => asked.includes('aborted'));
});
