import { Codes, isRequest, printCode, type Code } from '../coap/code';
import { OptionNumbers, type CoapOption } from '../coap/option';
import { decodeUint, findOption, findTexts, findUint } from '../coap/optionValue';
import { SignalOptions } from '../coap/signal';
import { resourceDefinition, type DefinitionLookup } from '../objects/definition';
import type { LwM2mPath } from '../objects/path';

const METHODS = ['Empty', 'GET', 'POST', 'PUT', 'DELETE', 'FETCH', 'PATCH', 'iPATCH'];
const SIGNALS: ReadonlyMap<Code, string> = new Map([
  [Codes.CSM, 'CSM'],
  [Codes.PING, 'Ping'],
  [Codes.PONG, 'Pong'],
  [Codes.RELEASE, 'Release'],
  [Codes.ABORT, 'Abort'],
]);

/** Longest path and query told: a datagram could hold 64 KiB of either. */
const LONGEST_PATH = 300;
const LONGEST_QUERY = 1000;

/** The first characters of a text, with `…` where there are more; never half a character. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const half = /[\ud800-\udbff]/.test(text.charAt(longest - 1));
  return `${text.slice(0, half ? longest - 1 : longest)}…`;
}

/** `GET`, `2.05`, `Empty`, `CSM`. */
export const codeName = (code: Code): string => METHODS[code] ?? SIGNALS.get(code) ?? printCode(code);

/** The path of a request as it stands in a URI, without escapes; `/` where it has none. */
export const pathText = (segments: readonly string[]): string => cut(`/${segments.join('/')}`, LONGEST_PATH);

/** The query of a request; `undefined` without one. */
export function queryText(options: readonly CoapOption[]): string | undefined {
  const queries = findTexts(options, OptionNumbers.URI_QUERY);
  return queries.length === 0 ? undefined : cut(queries.join('&'), LONGEST_QUERY);
}

/** One block of a body. */
export interface TracedBlock {
  readonly num: number;
  readonly more: boolean;
  /** Where it begins in its body. */
  readonly offset: number;
  readonly text: string;
}

/** A Block1 or Block2 option: `Block2 3/m/1024`, `-` for m where none follows (RFC 7959 §2.2; BERT: RFC 8323 §6). */
export function blockOf(options: readonly CoapOption[], name: 'Block1' | 'Block2'): TracedBlock | undefined {
  const value = findOption(options, name === 'Block1' ? OptionNumbers.BLOCK1 : OptionNumbers.BLOCK2);
  const n = value === undefined || value.length > 3 ? undefined : decodeUint(value);
  if (n === undefined) return undefined;
  const num = n >> 4;
  const more = (n & 8) !== 0;
  const szx = n & 7;
  const size = 16 << Math.min(szx, 6);
  return {
    num,
    more,
    offset: num * size,
    text: `${name} ${num}/${more ? 'm' : '-'}/${szx === 7 ? 'BERT' : size}`,
  };
}

/** `Device / 0 / Firmware Version`, an ID where its name is not known; `undefined` for an object that is unknown. */
export function nameOfPath(path: LwM2mPath, definitions: DefinitionLookup): string | undefined {
  const { objectId, instanceId, resourceId, resourceInstanceId } = path;
  const object = objectId === undefined ? undefined : definitions.object(objectId);
  if (objectId === undefined || !object) return undefined;
  const resource =
    resourceId === undefined
      ? undefined
      : (resourceDefinition(definitions, objectId, resourceId)?.name ?? resourceId);
  return [object.name, instanceId, resource, resourceInstanceId]
    .filter((part) => part !== undefined)
    .join(' / ');
}

/** What a request to one of the server's own paths is (OMA-TS-LightweightM2M_Core-V1_1_1 §6). */
export function interfaceName(method: Code, segments: readonly string[]): string | undefined {
  const [first, second] = segments;
  if (!isRequest(method) || first === undefined) return undefined;
  if (first === 'rd' && second === undefined) return method === Codes.POST ? 'Register' : undefined;
  if (first === 'rd')
    return method === Codes.POST ? 'Update' : method === Codes.DELETE ? 'De-register' : undefined;
  if (second !== undefined) return undefined;
  if (first === 'dp') return 'Send';
  return first === 'bs' ? 'Bootstrap-Request' : first === 'bspack' ? 'Bootstrap-Pack-Request' : undefined;
}

/** What a signalling message says beside its code (RFC 8323 §5); its options have numbers of their own. */
export function signalText(
  code: Code,
  options: readonly CoapOption[],
  diagnostic: string | undefined,
): string | undefined {
  if (code !== Codes.CSM) return diagnostic;
  const size = findUint(options, SignalOptions.MAX_MESSAGE_SIZE);
  const blockwise = findOption(options, SignalOptions.BLOCK_WISE_TRANSFER) !== undefined;
  const told = [size === undefined ? '' : `Max-Message-Size ${size}`, blockwise ? 'Block-Wise-Transfer' : ''];
  return told.filter((part) => part !== '').join(', ') || undefined;
}
