import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Emitter } from '../../../src/base/event';
import { isOperationError } from '../../../src/base/errors';
import { SecretPersistence } from '../../../src/extension/secretPersistence';
import { secretStorage, type SecretPlace } from '../../../src/extension/secretStorage';
import { storedCredentials } from '../../../src/security/credentialStore';
import { settled } from './support';

/** VS Code's secret storage, as windows share it. */
function sharedPlace() {
  const kept = new Map<string, string>();
  const changes = new Emitter<{ key: string }>();
  const place: SecretPlace = {
    get: async (key) => {
      await settled();
      return kept.get(key);
    },
    store: async (key, value) => {
      await settled();
      kept.set(key, value);
      changes.fire({ key });
    },
    delete: async (key) => {
      await settled();
      kept.delete(key);
      changes.fire({ key });
    },
    onDidChange: changes.event,
  };
  return { place, kept };
}

/** One at a time, whoever asks. */
function lock() {
  let queue: Promise<unknown> = Promise.resolve();
  return <T>(act: () => Promise<T>): Promise<T> => {
    const done = queue.then(act);
    queue = done.catch(() => undefined);
    return done;
  };
}

const psk = (endpointName: string) =>
  ({
    mode: 'psk',
    endpointName,
    identity: endpointName,
    key: new Uint8Array(16).fill(7, 0, 3),
  }) as const;

describe("secrets in VS Code's storage", () => {
  test('writers of two windows don’t undo each other’s credentials', async () => {
    const { place } = sharedPlace();
    const exclusively = lock();
    const [one, other] = [1, 2].map(() =>
      storedCredentials(secretStorage(place, 'lwm2m.credentials', exclusively)),
    );
    assert.ok(one && other);
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((name, index) => (index % 2 === 0 ? one : other).set(psk(name))),
    );
    assert.deepEqual(
      (await one.list()).map(({ endpointName }) => endpointName),
      ['a', 'b', 'c', 'd'],
    );
  });

  test('a change of another window is told, one of another secret is not', async () => {
    const { place } = sharedPlace();
    const secret = secretStorage(place, 'mine', lock());
    let told = 0;
    const subscription = secret.onChange(() => told++);
    await place.store('mine', 'x');
    await place.store('another', 'y');
    assert.equal(told, 1);
    subscription.dispose();
    await place.store('mine', 'z');
    assert.equal(told, 1);
  });

  test('what is the same, or was refused, is not written', async () => {
    const { place, kept } = sharedPlace();
    let stored = 0;
    const secret = secretStorage(place, 'mine', lock(), () => {
      stored++;
      return Promise.resolve();
    });
    await secret.change(() => 'x');
    await secret.change((text) => text);
    await assert.rejects(
      secret.change(() => {
        throw new Error('refused');
      }),
      /refused/,
    );
    assert.equal(kept.get('mine'), 'x');
    assert.equal(stored, 1);
    await secret.change(() => undefined);
    assert.equal(kept.has('mine'), false);
  });

  test('a storage that takes nothing says so with a way out, and without the secret', async () => {
    const { place } = sharedPlace();
    const broken: SecretPlace = {
      ...place,
      store: (_key, value) => Promise.reject(new Error(`can't store ${value}`)),
    };
    const secret = secretStorage(broken, 'mine', lock());
    await assert.rejects(
      secret.change(() => 'very secret'),
      (error: unknown) => {
        assert.ok(isOperationError(error, 'SECRET_UNWRITABLE'));
        assert.match(error.next ?? '', /lwm2m-workbench credentials/);
        assert.doesNotMatch(
          `${error.message} ${JSON.stringify(error)} ${String(error.cause)}`,
          /very secret/,
        );
        return true;
      },
    );
    await assert.rejects(
      secretStorage(
        { ...place, get: () => Promise.reject(new Error('locked keyring')) },
        'mine',
        lock(),
      ).read(),
      (error: unknown) => isOperationError(error, 'SECRET_UNREADABLE'),
    );
  });
});

describe('whether secrets outlive the window', () => {
  const memento = () => {
    const values = new Map<string, unknown>();
    return {
      get: (key: string) => values.get(key),
      update: (key: string, value: unknown) => {
        values.set(key, value);
        return Promise.resolve();
      },
    };
  };

  test('kept: a later session finds the marker of the earlier', async () => {
    const { place } = sharedPlace();
    const state = memento();
    const first = new SecretPersistence(place, state, 's1');
    assert.equal(await first.known(), 'unknown');
    await first.noteStored();
    assert.equal(await first.known(), 'unknown', 'this session can’t tell');
    assert.equal(await new SecretPersistence(place, state, 's2').known(), 'kept');
  });

  test('lost: the state says that something was stored, and it is gone', async () => {
    const state = memento();
    await new SecretPersistence(sharedPlace().place, state, 's1').noteStored();
    const second = new SecretPersistence(sharedPlace().place, state, 's2');
    assert.equal(await second.known(), 'lost');
    assert.equal(await second.tellOnce(), true);
    assert.equal(await new SecretPersistence(sharedPlace().place, state, 's3').tellOnce(), false);
  });

  test('lost once and stored again: the next session looks for the new marker', async () => {
    const state = memento();
    await new SecretPersistence(sharedPlace().place, state, 's1').noteStored();
    const { place } = sharedPlace();
    await new SecretPersistence(place, state, 's2').noteStored();
    assert.equal(await new SecretPersistence(place, state, 's3').known(), 'kept');
  });
});
