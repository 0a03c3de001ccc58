import assert from 'node:assert/strict';
import type { Workbench, WorkbenchEvent } from '../../../src/contract/workbench';
import type { JsonPeer } from '../peers/process.mjs';

/** What a device is asked for in a whole life: read, written, executed, discovered, observed, heard of. */
export async function livesOver(workbench: Workbench, device: JsonPeer, endpoint: string): Promise<void> {
  const read = (format: string | undefined, ...paths: string[]) =>
    workbench.operate({ operation: 'read', endpoint, paths, ...(format === undefined ? {} : { format }) });
  for (const format of [undefined, 'tlv', 'senml-cbor']) {
    const answer = await read(format, '/3303/0');
    assert.equal(answer.code, '2.05', answer.diagnostic);
    assert.equal(answer.values.find(({ path }) => path === '/3303/0/5700')?.value, 21.5);
  }
  const both = await read(undefined, '/3/0/3', '/3303/0/5601');
  assert.deepEqual(
    both.values.map(({ path, value }) => [path, value]),
    [
      ['/3/0/3', '1.0.0'],
      ['/3303/0/5601', -4.25],
    ],
  );

  const written = await workbench.operate({
    operation: 'write',
    endpoint,
    values: [{ path: '/3303/0/5750', text: 'cellar' }],
  });
  assert.equal(written.code, '2.04', written.diagnostic);
  await device.next('written', { where: ({ path, value }) => path === '/3303/0/5750' && value === 'cellar' });
  const several = await workbench.operate({
    operation: 'write',
    endpoint,
    values: [
      { path: '/3303/0/5750', text: 'attic' },
      { path: '/3442/0/110', text: 'both' },
    ],
  });
  assert.equal(several.code, '2.04', several.diagnostic);
  assert.equal((await read(undefined, '/3303/0/5750')).values[0]?.value, 'attic');

  const executed = await workbench.operate({ operation: 'execute', endpoint, path: '/3442/0/0' });
  assert.equal(executed.code, '2.04', executed.diagnostic);
  await device.next('executed', { where: ({ path }) => path === '/3442/0/0' });
  const discovered = await workbench.operate({ operation: 'discover', endpoint, path: '/3303/0' });
  assert.ok(discovered.links?.some(({ path }) => path === '/3303/0/5700'));

  const observed = await workbench.observe({ endpoint, paths: ['/3303/0/5700'] });
  assert.equal(observed.answer.code, '2.05');
  assert.ok(observed.observation !== undefined);
  const notified = reported(workbench, endpoint, 'notify');
  device.send({ do: 'set', path: '/3303/0/5700', value: 30.25 });
  assert.equal(await notified, 30.25);
  await workbench.cancelObservation(observed.observation);

  const sent = reported(workbench, endpoint, 'send');
  device.send({ do: 'send', paths: ['/3303/0/5700'] });
  assert.equal((await device.next('sent')).code, 204);
  assert.equal(await sent, 30.25);

  device.send({ do: 'update' });
  await device.next('updated');
}

/** The first value of the next report; fails after half a minute. */
function reported(workbench: Workbench, endpoint: string, kind: 'notify' | 'send'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listener.dispose();
      reject(new Error(`no ${kind} of ${endpoint} came`));
    }, 30_000);
    const listener = workbench.onEvent((event: WorkbenchEvent) => {
      if (event.kind !== 'report' || event.report.endpoint !== endpoint || event.report.kind !== kind) return;
      clearTimeout(timer);
      listener.dispose();
      resolve(event.report.values[0]?.value);
    });
  });
}
