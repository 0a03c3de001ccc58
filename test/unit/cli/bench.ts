import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { mcubootImage, type McubootWanted } from '../../support/images';
import { temporaryFolder } from '../../support/temporaryFolder';
import { run, start, type CliEvent, type Running } from './program';

/** A server of the program on a free port, and what is asked of it over its control socket. */
export async function serving(t: TestContext, ...words: readonly string[]) {
  const state = temporaryFolder(t);
  const server = await start(
    t,
    'serve',
    '--listen',
    'coap://127.0.0.1:0',
    '--state',
    state,
    '--json',
    ...words,
  );
  const ready = await server.event('ready');
  const [uri] = ready['listening'] as readonly string[];
  assert.ok(uri);
  const control = String(ready['control']);
  return {
    state,
    server,
    uri,
    control,
    ask: (...asked: readonly string[]) => run(t, ...asked, '--control', control, '--json'),
    begin: (...asked: readonly string[]) => start(t, ...asked, '--control', control, '--json'),
    simulate: (name: string, ...more: readonly string[]) =>
      start(t, 'simulate', '--server', uri, '--endpoint', name, '--json', ...more).then(async (device) => {
        const registered = server.event('registered', ({ endpoint }) => String(endpoint).startsWith(name));
        await Promise.race([registered, device.ended.then(() => Promise.reject(new Error(device.said())))]);
        return device;
      }),
  };
}

/** An image in a file of its own. */
export function imageFile(t: TestContext, wanted: McubootWanted): string {
  const file = path.join(temporaryFolder(t), 'zephyr.signed.bin');
  writeFileSync(file, mcubootImage(wanted));
  return file;
}

/** The one event there is. */
export const only = (events: readonly CliEvent[]): CliEvent => {
  const [event, ...more] = events;
  assert.ok(event);
  assert.deepEqual(more, []);
  return event;
};

/** The values of an answer or a notification. */
export const valuesOf = (event: CliEvent) =>
  event['values'] as readonly { readonly path: string; readonly value: unknown; readonly type: string }[];

/** Whether stdout was JSON lines with an `event` each, and nothing else. */
export const isPure = (stdout: string): boolean =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .every((line) => typeof (JSON.parse(line) as CliEvent).event === 'string');

/** Waits until a running command has told so many bytes. */
export const bytesPast = (running: Running, bytes: number): Promise<CliEvent> =>
  running.event('progress', (event) => Number(event['bytes']) > bytes);
