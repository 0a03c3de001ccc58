import { NO_BYTES, decodeUtf8Lenient, encodeUtf8 } from '../base/bytes';
import { Codes, printCode } from './code';
import type { Token } from './message';
import { isCritical, type CoapOption } from './option';
import { decodeUint, uintOption } from './optionValue';
import type { StreamMessage } from './streamMessage';

/** Option numbers of signalling messages; each code has its own (RFC 8323 §5.2). */
export const SignalOptions = {
  /** Of 7.01 (§5.3). */
  MAX_MESSAGE_SIZE: 2,
  BLOCK_WISE_TRANSFER: 4,
  /** Of 7.02 and 7.03 (§5.4). */
  CUSTODY: 2,
  /** Of 7.04 (§5.5). */
  ALTERNATIVE_ADDRESS: 2,
  HOLD_OFF: 4,
  /** Of 7.05 (§5.6). */
  BAD_CSM_OPTION: 2,
} as const;

/** Capabilities and settings (RFC 8323 §5.3): what is not told stays as it was. */
export interface CsmSignal {
  readonly kind: 'csm';
  /** Bytes of the longest message that its sender takes, from the first to the last. */
  readonly maxMessageSize: number | undefined;
  readonly blockwise: boolean;
}

/** A ping or its answer (§5.4); `custody` asks for, or says, that all before it was processed. */
export interface HealthSignal {
  readonly kind: 'ping' | 'pong';
  readonly token: Token;
  readonly custody: boolean;
}

/** Its sender wants the connection to end in good order (§5.5). */
export interface ReleaseSignal {
  readonly kind: 'release';
  /** Where to connect instead, `host:port`: hostile text. */
  readonly alternatives: readonly string[];
  /** Seconds in which not to connect again. */
  readonly holdOff: number | undefined;
  /** Hostile text. */
  readonly diagnostic: string;
}

/** Its sender has ended the connection (§5.6). */
export interface AbortSignalMessage {
  readonly kind: 'abort';
  /** The option of our CSM that it can't take. */
  readonly badCsmOption: number | undefined;
  /** Hostile text. */
  readonly diagnostic: string;
}

/** A signalling message (RFC 8323 §5); one of a code that nobody knows means nothing. */
export type Signal =
  CsmSignal | HealthSignal | ReleaseSignal | AbortSignalMessage | { readonly kind: 'unknown' };

/** Why a signal ends the connection. */
export interface BadSignal {
  readonly why: string;
  readonly badCsmOption: number | undefined;
}

/** Class 7: about the connection. */
export const isSignal = (code: number): boolean => code >> 5 === 7;

/** What a signalling message says, or why it can't be taken: a critical option nobody knows (§5.2), a size that is none. */
export function readSignal({ code, token, options, payload }: StreamMessage): Signal | BadSignal {
  const critical = options.find(({ number }) => isCritical(number));
  if (critical) {
    const { number } = critical;
    const badCsmOption = code === Codes.CSM ? number : undefined;
    return { why: `critical option ${number} of a ${printCode(code)} is not understood`, badCsmOption };
  }
  const first = (wanted: number) => options.find(({ number }) => number === wanted)?.value;
  switch (code) {
    case Codes.CSM: {
      const size = first(SignalOptions.MAX_MESSAGE_SIZE);
      const maxMessageSize = size && decodeUint(size);
      if (size && maxMessageSize === undefined) {
        const badCsmOption = SignalOptions.MAX_MESSAGE_SIZE;
        return { why: `Max-Message-Size has ${size.length} bytes`, badCsmOption };
      }
      const blockwise = first(SignalOptions.BLOCK_WISE_TRANSFER) !== undefined;
      return { kind: 'csm', maxMessageSize, blockwise };
    }
    case Codes.PING:
    case Codes.PONG: {
      const kind = code === Codes.PING ? 'ping' : 'pong';
      return { kind, token, custody: first(SignalOptions.CUSTODY) !== undefined };
    }
    case Codes.RELEASE: {
      const holdOff = first(SignalOptions.HOLD_OFF);
      return {
        kind: 'release',
        alternatives: options
          .filter(({ number }) => number === SignalOptions.ALTERNATIVE_ADDRESS)
          .map(({ value }) => shown(value)),
        holdOff: holdOff && decodeUint(holdOff),
        diagnostic: shown(payload),
      };
    }
    case Codes.ABORT: {
      const bad = first(SignalOptions.BAD_CSM_OPTION);
      return { kind: 'abort', badCsmOption: bad && decodeUint(bad), diagnostic: shown(payload) };
    }
    default:
      return { kind: 'unknown' };
  }
}

/** Whether reading a signal ended in a reason to end the connection. */
export const isBadSignal = (signal: Signal | BadSignal): signal is BadSignal => 'why' in signal;

/** What we can take: the first message of each connection. */
export const capabilities = (maxMessageSize: number): StreamMessage =>
  signal(Codes.CSM, NO_BYTES, [
    uintOption(SignalOptions.MAX_MESSAGE_SIZE, maxMessageSize),
    { number: SignalOptions.BLOCK_WISE_TRANSFER, value: NO_BYTES },
  ]);

/**
 * Asks for a sign of life. Ours are without a token: in a connection the answers come in order, and libcoap 4.3.1 sends
 * none back.
 */
export const ping = (token: Token = NO_BYTES): StreamMessage => signal(Codes.PING, token);

/** Gives one. */
export const pong = (token: Token, custody: boolean): StreamMessage =>
  signal(Codes.PONG, token, custody ? [{ number: SignalOptions.CUSTODY, value: NO_BYTES }] : []);

/** We end the connection in good order. */
export const release = (): StreamMessage => signal(Codes.RELEASE, NO_BYTES);

/** We end the connection at once, and why. */
export const abort = ({ why, badCsmOption }: BadSignal): StreamMessage =>
  signal(
    Codes.ABORT,
    NO_BYTES,
    badCsmOption === undefined ? [] : [uintOption(SignalOptions.BAD_CSM_OPTION, badCsmOption)],
    encodeUtf8(why),
  );

const signal = (
  code: number,
  token: Token,
  options: readonly CoapOption[] = [],
  payload: Uint8Array = NO_BYTES,
): StreamMessage => ({ code, token, options, payload });

/** As much of a stranger's text as a message of ours shows; what could steer a terminal or turn the text round is left out. */
const shown = (bytes: Uint8Array): string =>
  decodeUtf8Lenient(bytes.subarray(0, 400))
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
