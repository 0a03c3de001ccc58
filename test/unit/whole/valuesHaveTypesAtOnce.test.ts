import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeUtf8, fromHex } from '../../../src/base/bytes';
import { OperationError } from '../../../src/base/errors';
import type { CoapEndpoint } from '../../../src/coap/endpoint';
import { Codes, printCode } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import type { ValueView } from '../../../src/contract/device';
import type { WorkbenchEvent } from '../../../src/contract/workbench';
import { memorySecrets } from '../../../src/host/memorySecrets';
import { nodePorts } from '../../../src/host/nodePorts';
import { startHost, type WorkbenchHost } from '../../../src/host/workbenchHost';
import { openEndpoint, peerAt } from '../../support/coapOverUdp';
import { freeUdpPort } from '../../support/freeUdpPort';
import { temporaryFolder } from '../../support/temporaryFolder';

type Test = Parameters<typeof temporaryFolder>[0];

/** Battery level (an integer) and device time (a time), as TLV has them: bytes. */
const BATTERY_AND_TIME = fromHex('c10932 c40d6955b900');
const DEVICE = { endpoint: 'dev', paths: ['/3/0'] };

const ofRegistry = async (t: Test) =>
  nodePorts({
    stateFolder: path.join(temporaryFolder(t), 'state'),
    log: { log: () => undefined },
    registryFile: path.resolve('media/registry/objects.json'),
    pid: process.pid,
    secrets: memorySecrets(),
  });

/** A host whose table of objects takes longer to read than a device to answer, and a device of LwM2M 1.0. */
class Scene {
  readonly events: WorkbenchEvent[] = [];
  private host: WorkbenchHost | undefined;

  private constructor(
    private readonly ports: Awaited<ReturnType<typeof nodePorts>>,
    private readonly port: number,
    private readonly device: CoapEndpoint,
  ) {}

  static async open(t: Test, registryText?: () => Promise<string>): Promise<Scene> {
    const ports = await ofRegistry(t);
    const slow = async () => {
      await sleep(100);
      return ports.registryText();
    };
    assert.ok(BATTERY_AND_TIME);
    const answer = { code: Codes.CONTENT, contentFormat: ContentFormats.TLV, body: BATTERY_AND_TIME };
    const device = await openEndpoint({ handle: () => answer });
    const port = await freeUdpPort();
    const scene = new Scene({ ...ports, registryText: registryText ?? slow }, port, device);
    t.after(() => scene.close());
    await scene.start();
    return scene;
  }

  get workbench() {
    assert.ok(this.host);
    return this.host.workbench;
  }

  async start(): Promise<void> {
    const address = { host: '127.0.0.1', port: this.port };
    this.host = await startHost(this.ports, { owner: 'test', listen: [{ scheme: 'coap', address }] });
    this.host.workbench.onEvent((event) => this.events.push(event));
  }

  async stop(): Promise<void> {
    await this.host?.close();
    this.host = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.device.close();
  }

  register = () =>
    this.post('rd', ['ep=dev', 'lwm2m=1.0', 'lt=300'], ContentFormats.LINK, '</3/0>,</3303/0>');
  send = () => this.post('dp', [], ContentFormats.SENML_JSON, '[{"n":"/3303/0/5700","v":21}]');

  get typesSent(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'report' ? typesOf(event.report.values) : []));
  }

  private async post(at: string, query: readonly string[], contentFormat: number, body: string) {
    const request = { method: Codes.POST, path: [at], query, contentFormat, body: encodeUtf8(body) };
    return printCode((await this.device.request(peerAt(this.device, this.port), request)).code);
  }
}

const typesOf = (values: readonly ValueView[]) => values.map((one) => `${one.path} ${one.type}`);

const TYPES = ['/3/0/9 integer', '/3/0/13 time'];

for (const [when, begin] of [
  [
    'after a restart of the server',
    async (scene: Scene) => {
      await scene.register();
      await scene.stop();
      await scene.start();
    },
  ],
  ['as soon as the first device has registered', (scene: Scene) => scene.register()],
] as const)
  describe(when, () => {
    test('what is read has types', async (t) => {
      const scene = await Scene.open(t);
      await begin(scene);
      const answer = await scene.workbench.operate({ operation: 'read', ...DEVICE });
      assert.deepEqual(typesOf(answer.values), TYPES);
    });

    test('what is observed has types', async (t) => {
      const scene = await Scene.open(t);
      await begin(scene);
      const { answer } = await scene.workbench.observe(DEVICE);
      assert.deepEqual(typesOf(answer.values), TYPES);
    });

    test('what is sent has types', async (t) => {
      const scene = await Scene.open(t);
      await begin(scene);
      assert.equal(await scene.send(), '2.04');
      assert.deepEqual(scene.typesSent, ['/3303/0/5700 float']);
    });
  });

test('with a table of objects that can’t be read, devices are read and heard all the same', async (t) => {
  const scene = await Scene.open(t, () =>
    Promise.reject(new OperationError('REGISTRY_UNREADABLE', 'its table of objects is missing')),
  );
  await scene.register();
  const answer = await scene.workbench.operate({ operation: 'read', ...DEVICE });
  assert.equal(answer.code, '2.05');
  assert.equal(await scene.send(), '2.04');
  assert.deepEqual(scene.typesSent, ['/3303/0/5700 integer']);
});
