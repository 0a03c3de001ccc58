import type { ByteSource } from '../../base/files';
import { OperationError } from '../../base/errors';
import type { CoapRequest, CoapResponse } from '../../coap/exchange';
import { ContentFormats } from '../../coap/contentFormat';
import { currentFormat } from '../content/content';
import type { DefinitionLookup } from '../../objects/definition';
import { pathOf, ROOT, type LwM2mPath, printPath } from '../../objects/path';
import type { Leaf } from '../content/leaf';
import type { Client } from '../registration/client';
import { instanceIdsOf } from '../registration/registration';
import { laneOf, observeOnce, RunningObservation, type ObservationContext } from '../reporting/observation';
import type {
  Answer,
  DeviceObservation,
  LinkAttributes,
  LwM2mServer,
  Operation,
  OperationSettings,
} from '../server';
import { answerOf } from './answer';
import {
  compositeFormats,
  FormatMemory,
  isFormatRefusal,
  readFormats,
  treeFormats,
  writeFormats,
  type Format,
  type FormatPurpose,
} from './formatMemory';
import * as requests from './requests';

/** What the management interface needs of the server. */
export interface ManagementContext extends Omit<ObservationContext, 'answered'> {
  /** Throws `NOT_REGISTERED`. */
  clientOf(endpointName: string): Client;
  definitions(client: Client): DefinitionLookup;
  /** An operation was answered; `written` where it was a write that may change what the device has. */
  answered(client: Client, operation: Operation, answer: Answer, written?: readonly Leaf[]): void;
}

/** The operations of {@link LwM2mServer}, told there. */
export type ManagementOperations = Pick<
  LwM2mServer,
  | 'read'
  | 'readComposite'
  | 'write'
  | 'writeOpaque'
  | 'writeComposite'
  | 'execute'
  | 'create'
  | 'delete'
  | 'discover'
  | 'writeAttributes'
  | 'observe'
>;

/** A request made for a format, and how it is sent. */
type Make = (format: Format) => CoapRequest;
type Send<T> = (request: CoapRequest) => Promise<T>;

/** The device management and service enablement interface, and the asking side of reporting (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3, §6.4). */
export class ManagementInterface implements ManagementOperations {
  constructor(private readonly context: ManagementContext) {}

  async read(endpointName: string, path: LwM2mPath, settings: OperationSettings = {}): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const { registration } = client;
    const response = await this.ask(
      client,
      'accept',
      settings,
      () => readFormats(registration, path),
      (format) => requests.readRequest(registration.rootPath, path, format),
      true,
    );
    return this.told(client, 'read', response, path);
  }

  async readComposite(
    endpointName: string,
    paths: readonly LwM2mPath[],
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    this.warnOfOld(client);
    const { registration } = client;
    const response = await this.ask(
      client,
      'content',
      settings,
      () => compositeFormats(registration),
      (format) => requests.readCompositeRequest(registration.rootPath, paths, numbered(format)),
      true,
    );
    return this.told(client, 'read', response, ROOT);
  }

  async write(
    endpointName: string,
    path: LwM2mPath,
    leaves: readonly Leaf[],
    settings: OperationSettings & { readonly mode?: 'replace' | 'update' } = {},
  ): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const { registration } = client;
    const mode = settings.mode ?? (path.resourceId === undefined ? 'update' : 'replace');
    const response = await this.ask(
      client,
      'content',
      settings,
      () => writeFormats(registration, path, leaves, this.context.definitions(client)),
      (format) => requests.writeRequest(registration.rootPath, path, leaves, numbered(format), mode),
      true,
    );
    return this.told(client, 'write', response, path, leaves);
  }

  async writeOpaque(
    endpointName: string,
    path: LwM2mPath,
    body: Uint8Array | ByteSource,
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const { rootPath } = client.registration;
    const request = requests.writeOpaqueRequest(rootPath, path, body, settings.format);
    return this.told(client, 'write', await this.send(client, request, settings, true), path, []);
  }

  async writeComposite(
    endpointName: string,
    leaves: readonly Leaf[],
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    this.warnOfOld(client);
    const { registration } = client;
    const response = await this.ask(
      client,
      'content',
      settings,
      () => compositeFormats(registration),
      (format) => requests.writeCompositeRequest(registration.rootPath, leaves, numbered(format)),
      true,
    );
    return this.told(client, 'write', response, ROOT, leaves);
  }

  async execute(
    endpointName: string,
    path: LwM2mPath,
    argument?: string,
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const request = requests.executeRequest(client.registration.rootPath, path, argument);
    return this.told(client, 'execute', await this.send(client, request, settings, false), path);
  }

  async create(
    endpointName: string,
    path: LwM2mPath,
    leaves: readonly Leaf[],
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const { registration } = client;
    const { objectId } = path;
    if (objectId === undefined)
      throw new OperationError('NO_PLACE', 'an instance can only be created of an object', {
        next: 'Give a path like /3303 or /3303/1.',
      });
    const named = path.instanceId !== undefined;
    if (path.instanceId !== undefined && leaves.length === 0) {
      if (settings.format !== undefined && currentFormat(settings.format) !== ContentFormats.TLV)
        throw new OperationError('NO_PLACE', `${printPath(path)} can only be named without values in TLV`, {
          next: 'Leave the format out, or give the instance a value.',
        });
      const request = requests.createEmptyRequest(registration.rootPath, objectId, path.instanceId);
      return this.told(client, 'create', await this.send(client, request, settings, false), path);
    }
    // only TLV can leave the instance's ID out: in the others we choose a free one
    const formats: readonly number[] = named
      ? treeFormats(registration)
      : [ContentFormats.TLV, ...treeFormats(registration).filter((format) => format !== ContentFormats.TLV)];
    const free = named ? (path.instanceId ?? 0) : freeInstance(client, objectId);
    const placed = leaves.map((leaf) => ({
      ...leaf,
      path: { ...leaf.path, objectId, instanceId: free },
    }));
    const response = await this.ask(
      client,
      'content',
      settings,
      () => formats,
      (format) => {
        const base = named || format !== ContentFormats.TLV ? pathOf(objectId) : pathOf(objectId, free);
        return requests.createRequest(registration.rootPath, base, placed, numbered(format));
      },
      false,
    );
    return this.told(client, 'create', response, path);
  }

  async delete(endpointName: string, path: LwM2mPath, settings: OperationSettings = {}): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const request = requests.deleteRequest(client.registration.rootPath, path);
    return this.told(client, 'delete', await this.send(client, request, settings, true), path);
  }

  async discover(endpointName: string, path: LwM2mPath, settings: OperationSettings = {}): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const request = requests.discoverRequest(client.registration.rootPath, path);
    return this.told(client, 'discover', await this.send(client, request, settings, true), path);
  }

  async writeAttributes(
    endpointName: string,
    path: LwM2mPath,
    attributes: LinkAttributes,
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const client = this.context.clientOf(endpointName);
    const request = requests.writeAttributesRequest(client.registration.rootPath, path, attributes);
    return this.told(client, 'attributes', await this.send(client, request, settings, true), path);
  }

  async observe(
    endpointName: string,
    paths: readonly LwM2mPath[],
    settings: OperationSettings = {},
  ): Promise<{ readonly answer: Answer; readonly observation?: DeviceObservation }> {
    const client = this.context.clientOf(endpointName);
    const { registration } = client;
    const [single, ...others] = paths;
    const composite = others.length > 0 || single === undefined;
    if (composite) this.warnOfOld(client);
    const path = composite ? ROOT : single;
    let sent: CoapRequest | undefined;
    const { response, observation } = await this.negotiate(
      client,
      composite ? 'content' : 'accept',
      choice(settings, () => (composite ? compositeFormats(registration) : readFormats(registration, path))),
      (format) =>
        composite
          ? requests.readCompositeRequest(registration.rootPath, paths, numbered(format))
          : requests.readRequest(registration.rootPath, path, format),
      (request) => {
        sent = request;
        return laneOf(client, this.context).run(
          (route, how) => observeOnce(route.endpoint.observe(route.peer, request, how), how.signal),
          settings,
          true,
        );
      },
      (asked) => asked.response,
    );
    const answer = this.told(client, 'observe', response, path);
    if (!observation || !sent) return { answer };
    // the client went, or came anew, between its answer and now
    if (client.removed || client.registration.location !== registration.location) {
      observation.dispose();
      return { answer };
    }
    return {
      answer,
      observation: new RunningObservation(answer, observation, client, paths, sent, this.context),
    };
  }

  private send(
    client: Client,
    request: CoapRequest,
    settings: OperationSettings,
    repeatable: boolean,
  ): Promise<CoapResponse> {
    return laneOf(client, this.context).run(
      (route, how) => route.endpoint.request(route.peer, request, how),
      settings,
      repeatable,
    );
  }

  /** Sends one request, in the format the client takes. */
  private ask(
    client: Client,
    purpose: FormatPurpose,
    settings: OperationSettings,
    ladder: () => readonly Format[],
    make: Make,
    repeatable: boolean,
  ): Promise<CoapResponse> {
    return this.negotiate(
      client,
      purpose,
      choice(settings, ladder),
      make,
      (request) => this.send(client, request, settings, repeatable),
      (response) => response,
    );
  }

  /** Tries formats from the best on, steps down where the client refuses one, and remembers what it took instead. */
  private async negotiate<T>(
    client: Client,
    purpose: FormatPurpose,
    { formats, insisted }: Choice,
    make: Make,
    send: Send<T>,
    responseIn: (sent: T) => CoapResponse,
  ): Promise<T> {
    const memory = (client.formats ??= new FormatMemory());
    const ladder = insisted ? formats : memory.open(purpose, formats);
    const refused: Format[] = [];
    let last: T | undefined;
    let unable: unknown;
    for (const format of ladder) {
      let request: CoapRequest;
      try {
        request = make(format);
      } catch (error) {
        // this format can't carry it; another may
        unable ??= error;
        continue;
      }
      last = await send(request);
      if (!isFormatRefusal(responseIn(last).code, request.accept)) {
        memory.remember(purpose, refused);
        return last;
      }
      refused.push(format);
    }
    if (last !== undefined) return last;
    throw unable instanceof Error ? unable : new OperationError('UNKNOWN_FORMAT', 'no format carries this');
  }

  private told(
    client: Client,
    operation: Operation,
    response: CoapResponse,
    path: LwM2mPath,
    written?: readonly Leaf[],
  ): Answer {
    const answer = answerOf(response, this.context.answerContext(client, path));
    this.context.answered(client, operation, answer, written);
    return answer;
  }

  private warnOfOld(client: Client): void {
    const { lwm2mVersion, endpointName } = client.registration;
    if (lwm2mVersion === '1.0')
      this.context.warn('composite operations came with LwM2M 1.1, it registered with 1.0', endpointName);
  }
}

interface Choice {
  readonly formats: readonly Format[];
  readonly insisted: boolean;
}

/** The caller's format and no other, or the ladder. */
const choice = ({ format }: OperationSettings, ladder: () => readonly Format[]): Choice =>
  format === undefined ? { formats: ladder(), insisted: false } : { formats: [format], insisted: true };

/** Payloads always have a format; only an Accept may be left out. */
const numbered = (format: Format): number => format ?? ContentFormats.TEXT;

function freeInstance(client: Client, objectId: number): number {
  const taken = instanceIdsOf(client.registration, objectId);
  let free = 0;
  while (taken.includes(free)) free++;
  return free;
}
