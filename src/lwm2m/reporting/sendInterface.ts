import { Codes } from '../../coap/code';
import type { IncomingRequest, OutgoingResponse } from '../../coap/exchange';
import type { DefinitionLookup } from '../../objects/definition';
import { ROOT } from '../../objects/path';
import { decodeContent } from '../content/content';
import { answerWith } from '../registration/answerWith';
import type { Peer } from '../../transport/ports';
import type { Client } from '../registration/client';
import type { Listener } from '../registration/listener';
import type { Report } from '../server';

/** What Send needs of the server. */
export interface SendContext {
  /** Whose a message is, and how many it may be of; `undefined` where nobody registered who could have sent it. */
  sender(
    peer: Peer,
    listener: Listener<Client>,
  ): { readonly client: Client; readonly count: number } | undefined;
  definitions(client: Client): DefinitionLookup;
  /** Has the definitions read where they aren't yet. Never rejects. */
  definitionsReady(): Promise<void> | undefined;
  /** Milliseconds since 1970. */
  wallTime(): number;
  /** A sign of life, told after the answer left. */
  contacted(client: Client): void;
  /** Told after the answer left. */
  reported(report: Report): void;
  /** Told once for each client. */
  warnOnce(client: Client, message: string): void;
  warn(message: string, endpointName?: string): void;
}

/**
 * Send: values a client reports unasked, POST `/dp` (OMA-TS-LightweightM2M_Core-V1_1_1 §6.4.5). They are of the endpoint
 * that the session proves. Without one nothing says whose they are but the address: where several clients share it, the
 * last to register or update is taken, with a warning.
 */
export function handleSend(
  request: IncomingRequest,
  listener: Listener<Client>,
  context: SendContext,
): OutgoingResponse | Promise<OutgoingResponse> {
  if (request.path.length > 1) return answerWith(Codes.NOT_FOUND, 'values are sent to /dp');
  if (request.method !== Codes.POST) return answerWith(Codes.METHOD_NOT_ALLOWED, 'Send is a POST');
  const found = context.sender(request.peer, listener);
  if (!found) return answerWith(Codes.NOT_FOUND, 'register first');
  const { client, count } = found;
  context.contacted(client);
  if (count > 1)
    context.warnOnce(
      client,
      `${count} clients share ${request.peer.key}: values sent from there are taken as this one's`,
    );
  const now = context.wallTime();
  const loading = context.definitionsReady();
  return loading
    ? loading.then(() => takeValues(request, client, now, context))
    : takeValues(request, client, now, context);
}

function takeValues(
  request: IncomingRequest,
  client: Client,
  now: number,
  context: SendContext,
): OutgoingResponse {
  const { endpointName } = client.registration;
  const content = decodeContent(
    request.contentFormat,
    ROOT,
    request.body,
    context.definitions(client),
    now / 1000,
  );
  if (!content.ok) {
    const { message, offset, code } = content.problem;
    context.warn(`what it sent can't be read: ${message} (byte ${offset})`, endpointName);
    return answerWith(
      code === 'UNKNOWN_FORMAT' ? Codes.UNSUPPORTED_CONTENT_FORMAT : Codes.BAD_REQUEST,
      `${message} (byte ${offset})`,
    );
  }
  context.reported({
    endpointName,
    kind: 'send',
    values: content.value.leaves,
    paths: [],
    ...(request.contentFormat === undefined ? {} : { contentFormat: request.contentFormat }),
    at: now,
    problems: content.value.problems.map(({ message, offset }) => `${message} (byte ${offset})`),
  });
  return { code: Codes.CHANGED };
}
