import type { Command } from 'commander';
import { OperationError } from '../../base/errors';
import type { DeviceView } from '../../contract/device';
import type { Workbench, WorkbenchEvent } from '../../contract/workbench';
import type { HandshakeAttempt } from '../../security/handshakeAttempt';
import type { RunRecord, UpdateEnd, UpdateEvent } from '../../fota/run';
import { ExitCodes, type ExitCode } from '../exit';
import { tellHandshake } from '../handshakeText';
import { untilInterrupted } from '../interruption';
import { collect, numberWithin, oneOf, withDeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { withCredentialsOption } from '../secrets';
import { joinRunning, serverGone, type Session } from '../session';
import { ownServer, type ServeOptions } from './serve';
import { checkUri } from './updateUri';
import path from 'node:path';

/** Options of `update`. */
export interface UpdateOptions extends ServeOptions {
  readonly endpoint?: string;
  readonly method?: 'auto' | 'push' | 'pull';
  readonly protocol?: string;
  readonly host?: string;
  readonly uri?: string;
  readonly external?: true;
  readonly blockSize?: number;
  readonly wait: number;
  readonly stallTimeout?: number;
  readonly retries?: number;
  readonly expectVersion?: string;
  readonly versionPath?: string;
  readonly force?: true;
}

const blockSize = (text: string): number =>
  Number(oneOf('16', '32', '64', '128', '256', '512', '1024')(text));

/** `update`: the whole update of one device. */
export const updateCommand = (command: Command): Command =>
  withCredentialsOption(withDeviceOptions(command))
    .description('update a device with an image, and verify it')
    .argument('<file>')
    .option('--endpoint <name>', 'the device (default: the only one registered)')
    .option('--method <method>', 'auto, push or pull', oneOf('auto', 'push', 'pull'))
    .option(
      '--protocol <protocol>',
      'coap, coaps, coap+tcp, coaps+tcp, http or https (default: chosen by what the device says it can)',
      oneOf('coap', 'coaps', 'coap+tcp', 'coaps+tcp', 'http', 'https'),
    )
    .option('--host <host>', 'host of the Package URI, in place of the address the device registered at')
    .option(
      '--uri <template>',
      'the Package URI, absolute or relative; {endpoint}, {version} and {sha256} are filled in',
    )
    .option('--external', 'someone else serves the image at --uri')
    .option('--block-size <n>', '16 to 1024, a power of two', blockSize)
    .option('--wait <seconds>', 'how long to wait for the device to register', numberWithin(0, 86_400), 60)
    .option(
      '--stall-timeout <seconds>',
      'bounds each silence (default 60, 300 for the restart)',
      numberWithin(0.1, 86_400),
    )
    .option(
      '--retries <n>',
      'begin a transfer cut by a restart again so often (default 1)',
      numberWithin(0, 100, true),
    )
    .option('--expect-version <version>', 'the version that must run afterwards')
    .option('--version-path <path>', 'where the running version lives (default /3/0/3)')
    .option('--force', 'send an image that has problems')
    .option('--listen <uri>', 'run a server of its own here; may be repeated', collect)
    .option('--objects <dir>', 'a folder of object XML of your own; may be repeated', collect)
    .addHelpText(
      'after',
      '\nExample:\n  lwm2m-workbench update build/app/zephyr/zephyr.signed.bin --endpoint dev1 --json',
    );

/** A server, and since when it has heard the devices there are (ms since 1970). */
interface UpdateSession extends Session {
  readonly since: number;
}

/** A server of its own with `--listen`; else the running one; else its own. */
async function sessionFor(options: UpdateOptions, output: Output): Promise<UpdateSession> {
  const joined = options.listen === undefined ? await joinRunning(options) : undefined;
  if (joined) return { ...joined, since: 0 };
  const since = Date.now();
  const host = await ownServer(options, 'update');
  const { listening, control } = await host.workbench.status();
  output.event('ready', { listening, control });
  output.message(`Listening on ${listening.join(', ')}`);
  return { workbench: host.workbench, since, leave: () => host.close() };
}

/** No device is waited for with a file that can't be sent. Throws `UNREADABLE`, `NOT_SENDABLE`. */
async function checkImage(workbench: Workbench, file: string, force: boolean): Promise<void> {
  const { sendable, problems, kind } = await workbench.inspect(file);
  if (sendable || force) return;
  const [problem] = problems;
  throw new OperationError(
    'NOT_SENDABLE',
    `${file} can't be sent: ${problem?.message ?? `it is no update image (${kind})`}`,
    { next: problem?.next ?? 'Name the update image of the build, or send it all the same with --force.' },
  );
}

/**
 * The device to update, once it is heard: a server of our own takes up the registrations of the one before it, among them
 * those of devices that are gone. One of these is tried only where nobody was heard within `--wait`. Throws `NO_DEVICE`,
 * `WHICH_DEVICE`.
 */
async function awaitDevice(
  { workbench, since }: UpdateSession,
  options: UpdateOptions,
  output: Output,
  signal: AbortSignal,
): Promise<string> {
  const suits = (all: readonly DeviceView[]) =>
    all.filter(({ endpoint }) => options.endpoint === undefined || endpoint === options.endpoint);
  const choose = (all: readonly DeviceView[], from = since): string | undefined => {
    const [only, ...others] = suits(all).filter(({ lastSeen }) => lastSeen >= from);
    if (others.length > 0)
      throw new OperationError('WHICH_DEVICE', `${others.length + 1} devices are registered`, {
        next: `Name one with --endpoint: ${all
          .slice(0, 10)
          .map(({ endpoint }) => endpoint)
          .join(', ')}.`,
      });
    return only?.endpoint;
  };
  let failed: HandshakeAttempt | undefined;
  const registered = new Promise<void>((resolve, reject) => {
    workbench.onEvent((event) => {
      if (event.kind === 'handshake' && event.handshake.outcome === 'failed') failed = event.handshake;
      if ((event.kind === 'registered' || event.kind === 'updated') && suits([event.device]).length > 0)
        resolve();
      if (event.kind === 'closed') reject(serverGone());
    });
  });
  // it may be rejected before anybody waits for it
  registered.catch(() => undefined);
  const known = await workbench.devices();
  const there = choose(known);
  if (there !== undefined) return there;
  const who = options.endpoint ?? 'a device';
  output.event('waiting', { endpoint: options.endpoint, seconds: options.wait });
  output.message(
    suits(known).length === 0
      ? `Waiting up to ${options.wait} s for ${who} to register.`
      : `Waiting up to ${options.wait} s for ${who}: it registered with an earlier server and was not heard since.`,
  );
  await Promise.race([
    registered,
    new Promise<void>((resolve, reject) => {
      const onAbort = () =>
        reject(
          new OperationError('INTERRUPTED', `Interrupted while waiting for ${who}; nothing was sent`, {
            next: 'Run it again once the device registers.',
          }),
        );
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      setTimeout(resolve, options.wait * 1000).unref();
    }),
  ]);
  const all = await workbench.devices();
  const arrived = choose(all) ?? choose(all, 0);
  if (arrived === undefined) throw noDevice(options, failed);
  return arrived;
}

/** Whoever tried and failed to make a handshake meanwhile is likely the device: its verdict is the cause. */
function noDevice({ endpoint, wait }: UpdateOptions, failed?: HandshakeAttempt): OperationError {
  const message =
    endpoint === undefined
      ? `No device registered within ${wait} s`
      : `${endpoint} did not register within ${wait} s`;
  const verdict = failed?.verdict;
  return new OperationError('NO_DEVICE', verdict ? `${message}. ${verdict.message}` : message, {
    next:
      verdict?.next ??
      'Check the server URI in the firmware and that its datagrams reach this machine, or give it longer with --wait.',
  });
}

export function update(file: string, options: UpdateOptions, output: Output): Promise<ExitCode> {
  return untilInterrupted(async (signal) => {
    checkUri(options);
    const session = await sessionFor(options, output);
    try {
      const { workbench } = session;
      workbench.onEvent((event) => {
        if (event.kind === 'handshake') tellHandshake(event.handshake, output);
      });
      await checkImage(workbench, path.resolve(file), options.force ?? false);
      const endpoint = await awaitDevice(session, options, output, signal);
      return await runUpdate(workbench, endpoint, file, options, output, signal);
    } finally {
      await session.leave();
    }
  });
}

async function runUpdate(
  workbench: Workbench,
  endpoint: string,
  file: string,
  options: UpdateOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const follower = new RunFollower(output);
  workbench.onEvent((event) => follower.take(event));
  const record = await workbench.startUpdate({
    endpoint,
    file: path.resolve(file),
    ...given('method', options.method),
    ...given('protocol', options.protocol),
    ...given('host', options.host),
    ...given('uri', options.uri),
    ...given('external', options.external),
    ...given('blockSize', options.blockSize),
    ...given('stallTimeout', options.stallTimeout),
    ...given('retries', options.retries),
    ...given('expectVersion', options.expectVersion),
    ...given('versionPath', options.versionPath),
    ...given('force', options.force),
  });
  follower.follow(record);
  let wasInterrupted = false;
  const onAbort = () => {
    wasInterrupted = true;
    workbench.cancelUpdate(record.id).then(
      (answer) => {
        if (answer.cancelled) return;
        output.message(`${answer.reason} The device goes on by itself.`);
        follower.abandon();
      },
      // the end of the server is told as such by the follower
      () => undefined,
    );
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const end = await follower.ended;
  if (end === 'server gone')
    throw serverGone(
      `Start it again, and look with \`history --endpoint ${endpoint}\` how the update stands.`,
    );
  if (end === 'left alone') {
    output.verdict(
      `Interrupted: ${leftIn(follower.state)}.`,
      `Look with \`history --endpoint ${endpoint}\` how it ended.`,
    );
    return ExitCodes.INTERRUPTED;
  }
  if (end.outcome === 'succeeded') {
    output.message(`${harmless(endpoint)} runs ${harmless(end.versionAfter ?? 'the new image')}.`);
    return ExitCodes.DONE;
  }
  if (wasInterrupted) output.message(`Interrupted: ${leftIn(end.stateAfter)}.`);
  output.verdict(`${end.cause ?? `The update ended as ${end.outcome}.`}`, end.next);
  return wasInterrupted ? ExitCodes.INTERRUPTED : ExitCodes.NO;
}

const leftIn = (state: string | undefined): string =>
  state === undefined ? 'the state of the device is not known' : `the device is left in state ${state}`;

const given = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V };

/** How following a run ends: with the run, without its server, or because it can't be cancelled and nobody waits. */
type Followed = UpdateEnd | 'server gone' | 'left alone';

/** Prints a run's events in order, none twice: those already in its record first, then those that arrive. */
class RunFollower {
  private record: RunRecord | undefined;
  private readonly early: (WorkbenchEvent & { readonly kind: 'update' })[] = [];
  private newest = -1;
  private versionBefore: string | undefined;
  /** The state that the device told last. */
  state: string | undefined;
  private end: (end: Followed) => void = () => undefined;
  readonly ended = new Promise<Followed>((resolve) => (this.end = resolve));

  constructor(private readonly output: Output) {}

  take(event: WorkbenchEvent): void {
    if (event.kind === 'closed') return this.end('server gone');
    if (event.kind !== 'update') return;
    if (!this.record) this.early.push(event);
    else if (event.run === this.record.id) this.print(event.event);
  }

  follow(record: RunRecord): void {
    this.record = record;
    const before = record.events.filter(({ kind }) => kind !== 'progress');
    const known = new Set(before.map((event) => JSON.stringify(event)));
    before.forEach((event) => this.print(event));
    for (const { run, event } of this.early)
      if (run === record.id && !known.has(JSON.stringify(event))) this.print(event);
  }

  /** The device can't be cancelled any more: stop following. */
  abandon(): void {
    this.end('left alone');
  }

  private print(event: UpdateEvent): void {
    const { output, record } = this;
    if (!record) return;
    switch (event.kind) {
      case 'waiting':
        output.event('waiting', { endpoint: record.endpointName, note: event.note });
        return output.message(event.note);
      case 'plan': {
        const { method, protocol, why, versionBefore, packageUri, external, next } = event.plan;
        const { file, image } = record;
        this.versionBefore = versionBefore;
        output.event('plan', {
          endpoint: record.endpointName,
          image: { file, ...image },
          method,
          protocol,
          why,
          versionBefore: versionBefore ?? null,
          packageUri,
          external,
          next,
        });
        return output.message(`${method} over ${protocol}: ${why}${next === undefined ? '' : ` ${next}`}`);
      }
      case 'state': {
        const { state, updateResult, legal, note } = event;
        this.state = state;
        output.event('state', { state, updateResult, legal, ...(note === undefined ? {} : { note }) });
        return output.message(
          `state ${state}, result ${updateResult}${legal ? '' : ' (not a legal transition)'}${note === undefined ? '' : `: ${note}`}`,
        );
      }
      case 'progress':
        if (event.bytes === this.newest && event.bytes !== event.total) return;
        this.newest = event.bytes;
        if (output.json) output.event('progress', { bytes: event.bytes, total: event.total });
        return output.progress('sending', event.bytes, event.total);
      case 'step':
        return output.message(event.answer === undefined ? event.text : `${event.text}  ${event.answer}`);
      case 'end': {
        const { end } = event;
        output.event(
          'end',
          {
            endpoint: record.endpointName,
            outcome: end.outcome,
            updateResult: end.updateResult ?? null,
            resultName: end.resultName ?? null,
            versionBefore: this.versionBefore ?? null,
            versionAfter: end.versionAfter ?? null,
            durationMs: end.durationMs,
            state: end.stateAfter,
            code: end.code,
            cause: end.cause,
            next: end.next,
          },
          `${end.outcome}${end.versionAfter === undefined ? '' : `: runs ${harmless(end.versionAfter)}`}`,
        );
        return this.end(end);
      }
    }
  }
}
