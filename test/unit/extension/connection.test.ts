import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OperationError } from '../../../src/base/errors';
import { Emitter } from '../../../src/base/event';
import type { StatusView, Workbench, WorkbenchEvent } from '../../../src/contract/workbench';
import { Connection } from '../../../src/extension/connection';
import { FREE_PORTS } from '../../../src/extension/model/ownPorts';

function openable(own: boolean, more: Partial<StatusView> = {}) {
  const events = new Emitter<WorkbenchEvent>();
  let closed = 0;
  const workbench: Partial<Workbench> = {
    onEvent: events.event,
    status: () =>
      Promise.resolve({
        owner: 'editor',
        pid: 1,
        startedAt: 0,
        listening: ['coap://127.0.0.1:5683'],
        ...more,
      }),
  };
  return {
    open: {
      workbench: workbench as Workbench,
      own,
      close: () => {
        closed++;
        return Promise.resolve();
      },
    },
    fire: (event: WorkbenchEvent) => events.fire(event),
    closed: () => closed,
  };
}

const reached = (connection: Connection, kind: 'running' | 'stopped') =>
  new Promise<void>((resolve) => {
    if (connection.state.kind === kind) resolve();
    const subscription = connection.onState((state) => {
      if (state.kind !== kind) return;
      subscription.dispose();
      resolve();
    });
  });

const fail = (error: unknown) => assert.fail(String(error));

describe('the window’s one server', () => {
  test('starting twice at once starts one', async () => {
    let opened = 0;
    const connection = new Connection(() => {
      opened++;
      return Promise.resolve(openable(true).open);
    }, fail);
    const [a, b] = await Promise.all([connection.start(), connection.start()]);
    assert.equal(a, b);
    assert.equal(opened, 1);
  });

  test('a start that fails leaves it stopped, and the next one tries again', async () => {
    let tries = 0;
    const connection = new Connection(() => {
      if (tries++ === 0) return Promise.reject(new OperationError('PORT_IN_USE', 'held'));
      return Promise.resolve(openable(true).open);
    }, fail);
    await assert.rejects(connection.start(), /held/);
    assert.equal(connection.state.kind, 'stopped');
    await connection.start();
    assert.equal(connection.state.kind, 'running');
  });

  test('where the joined window closes, this one takes over', async () => {
    const joined = openable(false);
    const own = openable(true);
    const opens = [joined.open, own.open];
    const connection = new Connection(() => Promise.resolve(opens.shift() ?? own.open), fail);
    await connection.start();
    joined.fire({ kind: 'closed' });
    await reached(connection, 'running');
    const { state } = connection;
    assert.equal(state.kind === 'running' && state.own, true);
  });

  test('a port that the closing window still holds is tried again', async () => {
    const joined = openable(false);
    const own = openable(true);
    let opened = 0;
    const connection = new Connection(() => {
      opened++;
      if (opened === 1) return Promise.resolve(joined.open);
      if (opened < 4) return Promise.reject(new OperationError('PORT_IN_USE', 'held'));
      return Promise.resolve(own.open);
    }, fail);
    await connection.start();
    joined.fire({ kind: 'closed' });
    await reached(connection, 'running');
    assert.equal(opened, 4);
  });

  test('where it can’t take over, it says so and is stopped', async () => {
    const joined = openable(false);
    let first = true;
    const told = new Promise<unknown>((resolve) => {
      const connection = new Connection(() => {
        if (!first) return Promise.reject(new OperationError('PORT_FORBIDDEN', 'held'));
        first = false;
        return Promise.resolve(joined.open);
      }, resolve);
      void connection.start().then(() => joined.fire({ kind: 'closed' }));
    });
    assert.match(String(await told), /held/);
  });

  test('free ports that were taken once are taken again, that of a later listener with them', async () => {
    const asked: unknown[] = [];
    const server = openable(true, {
      listening: ['coap://127.0.0.1:40001', 'coap://192.168.1.20:40002', 'http://127.0.0.1:40003'],
      waiting: [{ uri: 'coaps://127.0.0.1', needs: 'key' }],
    });
    const connection = new Connection((ports) => {
      asked.push(ports);
      return Promise.resolve(server.open);
    }, fail);
    await connection.start(FREE_PORTS);
    server.fire({ kind: 'listening', uri: 'coaps://127.0.0.1:40004' });
    await connection.stop();
    await connection.start();
    assert.deepEqual(asked, [
      FREE_PORTS,
      ['coap://127.0.0.1:40001', 'coap://192.168.1.20:40002', 'coaps://127.0.0.1:40004'],
    ]);
  });

  for (const [owner, ports] of [
    ['editor', ['coap://127.0.0.1:40001']],
    ['serve', undefined],
  ] as const)
    test(`what takes over from a server of ${owner} takes ${ports ? 'its ports' : 'those of the settings'}`, async () => {
      const joined = openable(false, { owner, listening: ['coap://127.0.0.1:40001'] });
      const opens = [joined.open, openable(true).open];
      const asked: unknown[] = [];
      const connection = new Connection((given) => {
        asked.push(given);
        return Promise.resolve(opens.shift() ?? assert.fail());
      }, fail);
      await connection.start();
      joined.fire({ kind: 'closed' });
      await reached(connection, 'running');
      assert.deepEqual(asked, [undefined, ports]);
    });

  test('closing the window closes the own server, and tells nobody "stopped"', async () => {
    const own = openable(true);
    const connection = new Connection(() => Promise.resolve(own.open), fail);
    await connection.start();
    const states: string[] = [];
    connection.onState(({ kind }) => states.push(kind));
    await connection.close();
    assert.equal(own.closed(), 1);
    assert.deepEqual(states, []);
  });
});
