import type { Peer } from '../transport/ports';
import { OperationError } from '../base/errors';
import type { CoapRequest, CoapResponse } from './exchange';
import type { Message } from './message';
import { OptionNumbers, isCritical, type CoapOption } from './option';
import { decodeUint, findTexts, textOption, uintOption } from './optionValue';

type Response = { -readonly [K in keyof CoapResponse]: CoapResponse[K] };

/** An option whose value is too long for a number is as none. */
function set(response: Response, field: 'contentFormat' | 'maxAge' | 'observe', value: Uint8Array): void {
  const uint = decodeUint(value);
  if (uint !== undefined) response[field] = uint;
}

/** The response of a message, with `body` as its whole body. */
export function toResponse(message: Message, body: Uint8Array): CoapResponse {
  const { options } = message;
  const response: Response = {
    code: message.code,
    body,
    options,
  };
  for (const { number, value } of options) {
    switch (number) {
      case OptionNumbers.CONTENT_FORMAT:
        set(response, 'contentFormat', value);
        break;
      case OptionNumbers.ETAG:
        response.etag = value;
        break;
      case OptionNumbers.MAX_AGE:
        set(response, 'maxAge', value);
        break;
      case OptionNumbers.OBSERVE:
        set(response, 'observe', value);
        break;
      case OptionNumbers.LOCATION_PATH:
        response.locationPath ??= findTexts(options, number);
        break;
      case OptionNumbers.LOCATION_QUERY:
        response.locationQuery ??= findTexts(options, number);
        break;
    }
  }
  return response;
}

/** `PROTOCOL` where a response carries a critical option that has no meaning here (RFC 7252 §5.4.1). */
export function criticalIn(peer: Peer, message: Message): OperationError | undefined {
  for (const { number } of message.options) {
    if (!isCritical(number) || number === OptionNumbers.BLOCK1 || number === OptionNumbers.BLOCK2) continue;
    return protocolError(
      peer,
      `its response carries the critical option ${number}, which has no meaning here`,
    );
  }
  return undefined;
}

/** A peer that does not keep to the protocol. */
export const protocolError = (peer: Peer, what: string): OperationError =>
  new OperationError('PROTOCOL', `${peer.key} broke the protocol: ${what}`, {
    next: "The log's wire messages show what came; this is for the device's CoAP library.",
    details: { peer: peer.key },
  });

/** The options that are the same in every message of a request, in their order (RFC 7252 §5.10). */
export function requestOptions(request: CoapRequest, withFormat = true): CoapOption[] {
  const options: CoapOption[] = [];
  for (const segment of request.path) options.push(textOption(OptionNumbers.URI_PATH, segment));
  if (withFormat && request.contentFormat !== undefined) {
    options.push(uintOption(OptionNumbers.CONTENT_FORMAT, request.contentFormat));
  }
  for (const query of request.query ?? []) options.push(textOption(OptionNumbers.URI_QUERY, query));
  if (request.accept !== undefined) options.push(uintOption(OptionNumbers.ACCEPT, request.accept));
  if (request.options) options.push(...request.options);
  return options;
}
