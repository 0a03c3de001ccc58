import type { Peer } from '../transport/ports';
import { Codes, type Code } from './code';
import { fingerprint } from './fingerprint';
import type { IncomingHead } from './exchange';
import { MessageTypes, type Message } from './message';
import { OptionNumbers, isCritical } from './option';
import { decodeBlock, decodeText, decodeUint, type Block } from './optionValue';

/** The head of a request with what the endpoint itself acts on. */
export interface RequestHead extends IncomingHead {
  readonly block1: Block | undefined;
  readonly block2: Block | undefined;
  /** Whether the size of the answer was asked for (RFC 7959 §4). */
  readonly wantsSize2: boolean;
  /** Tells the bodies of one peer to one resource apart (RFC 9175 §3). */
  readonly requestTag: Uint8Array | undefined;
}

/** Why a request can't be served, before anybody looked at its resource. */
export interface Refusal {
  readonly code: Code;
  readonly why: string;
}

/** Reads a request's options, or says why they can't be (RFC 7252 §5.4.1, §5.7.2, §5.10); `bert` where blocks may be BERT's. */
export function readHead(
  message: Message,
  peer: Peer,
  understood: ReadonlySet<number>,
  bert = false,
): RequestHead | Refusal {
  const path: string[] = [];
  const query: string[] = [];
  let accept: number | undefined;
  let contentFormat: number | undefined;
  let observe: number | undefined;
  let size1: number | undefined;
  let block1: Block | undefined;
  let block2: Block | undefined;
  let wantsSize2 = false;
  let requestTag: Uint8Array | undefined;
  let previous = -1;
  for (const { number, value } of message.options) {
    const repeated = number === previous;
    previous = number;
    switch (number) {
      case OptionNumbers.URI_PATH:
        path.push(decodeText(value));
        break;
      case OptionNumbers.URI_QUERY:
        query.push(decodeText(value));
        break;
      case OptionNumbers.ACCEPT:
        if (repeated || value.length > 2) return badOption(number);
        accept = decodeUint(value);
        break;
      case OptionNumbers.BLOCK1:
      case OptionNumbers.BLOCK2: {
        const block = decodeBlock(value, bert);
        if (repeated) return badOption(number);
        if (!block) return { code: Codes.BAD_REQUEST, why: `option ${number} holds no block` };
        if (number === OptionNumbers.BLOCK1) block1 = block;
        else block2 = block;
        break;
      }
      case OptionNumbers.URI_HOST:
      case OptionNumbers.URI_PORT:
        if (repeated) return badOption(number);
        break;
      case OptionNumbers.PROXY_URI:
      case OptionNumbers.PROXY_SCHEME:
        return { code: Codes.PROXYING_NOT_SUPPORTED, why: 'this is no proxy' };
      // Elective options: the first counts, and what is too long is as if it were not there.
      case OptionNumbers.CONTENT_FORMAT:
        if (!repeated && value.length <= 2) contentFormat = decodeUint(value);
        break;
      case OptionNumbers.OBSERVE:
        if (!repeated && value.length <= 3) observe = decodeUint(value);
        break;
      case OptionNumbers.SIZE1:
        if (!repeated) size1 = decodeUint(value);
        break;
      case OptionNumbers.SIZE2:
        wantsSize2 = true;
        break;
      case OptionNumbers.REQUEST_TAG:
        requestTag ??= value;
        break;
      default:
        if (isCritical(number) && !understood.has(number)) return badOption(number);
    }
  }
  return {
    peer,
    method: message.code,
    confirmable: message.type === MessageTypes.CON,
    path,
    query,
    accept,
    contentFormat,
    observe,
    options: message.options,
    size1,
    block1,
    block2,
    wantsSize2,
    requestTag,
  };
}

const badOption = (number: number): Refusal => ({
  code: Codes.BAD_OPTION,
  why: `critical option ${number} is not understood`,
});

/** Whether reading a head ended in a refusal. */
export const isRefusal = (head: RequestHead | Refusal): head is Refusal => 'why' in head;

/** What an answer is known by within one peer. */
export interface ResourceKey {
  /** Method, path, query, accept. */
  readonly loose: string;
  /** The same and, for a FETCH, what its body asks for. */
  readonly exact: string;
}

/** Method, path, query and accept of a request as one text. */
export function resourceName(head: IncomingHead): string {
  let key = String.fromCharCode(head.method);
  for (const segment of head.path) key += `/${segment}`;
  for (const part of head.query) key += `?${part}`;
  return head.accept === undefined ? key : `${key}#${head.accept}`;
}

/** The key of the answer to a request whose (last) message carried `payload`. */
export function resourceKey(head: IncomingHead, payload: Uint8Array): ResourceKey {
  const loose = resourceName(head);
  if (head.method !== Codes.FETCH || payload.length === 0) return { loose, exact: loose };
  return { loose, exact: `${loose}=${fingerprint(payload, payload.length)}` };
}
