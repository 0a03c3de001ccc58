import { millis, seconds, type Duration } from '../base/clock';
import { decoded, problem, type Decoded } from '../base/result';

/** Deviations seen in the field that a device can be told to show. */
export const QuirkNames = [
  'wakaama',
  'zephyr-reset',
  'result-before-state',
  'no-cancel',
  'noversion',
  'any-image',
] as const;
/**
 * `wakaama`: State of object 5 stands at 1 whatever happens, Execute is accepted there (observed: Wakaama's sample client).
 * `zephyr-reset`: State and Update Result are 0/0 after the restart (observed: Zephyr's engine keeps them in RAM).
 * `result-before-state`: Update Result is told before State changes (observed: Anjay).
 * `no-cancel`: object 5 in version 1.0, without resources 10–13 (observed: Zephyr).
 * `noversion`: 3/0/3 stays what it was after an update.
 * `any-image`: whatever arrives is installed, without a look at it.
 */
export type Quirk = (typeof QuirkNames)[number];

/** What a device does wrong when it makes a handshake, or leaves out. */
export const HandshakeFaultNames = ['wrong-key', 'unknown-identity', 'no-cid', 'no-resumption'] as const;
/**
 * `wrong-key`: its pre-shared key is another in one bit. `unknown-identity`: it presents an identity nobody knows.
 * `no-cid`: it doesn't offer connection IDs (RFC 9146). `no-resumption`: after a restart it knows no session any more.
 * The first two change a pre-shared key only: a certificate has neither.
 */
export type HandshakeFault = (typeof HandshakeFaultNames)[number];

/** Update results a device can be told to end in, each at the place where the specification has it. */
export type FaultResult = 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11;

/** What goes wrong on demand. Percentages of a transfer are 0–100; probabilities 0–1. */
export type Fault =
  | { readonly kind: 'result'; readonly result: FaultResult }
  /** Execute is deferred (result 11) for a while, then the update goes on. */
  | { readonly kind: 'defer'; readonly time: Duration }
  | { readonly kind: 'loss' | 'duplicate'; readonly probability: number }
  /** Each datagram is held back, by a time drawn between the two. */
  | { readonly kind: 'delay'; readonly least: Duration; readonly most: Duration }
  /** Once, when so much of an image has arrived: a restart that loses it, a new local address, or silence for ever. */
  | { readonly kind: 'reboot' | 'rebind' | 'hang'; readonly percent: number }
  | { readonly kind: 'quirk'; readonly quirk: Quirk }
  | { readonly kind: 'handshake'; readonly handshake: HandshakeFault }
  /** What 5/0/9 and 5/0/8 say, and the device does. */
  | { readonly kind: 'method'; readonly method: 'push' | 'pull' | 'both' }
  | { readonly kind: 'protocols'; readonly protocols: readonly number[] }
  /** Sends its sensors' values by itself, so often (Send, 1.1). */
  | { readonly kind: 'send'; readonly period: Duration };

/** What 5/0/8 counts, by its number (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E.6). */
export const ProtocolNames = ['coap', 'coaps', 'http', 'https', 'coap+tcp', 'coaps+tcp'] as const;

/** Every fault with what it means, for help texts and completions. */
export const FAULT_HELP: readonly (readonly [spec: string, meaning: string])[] = [
  ['result=N', 'the update ends in result N: 2–11'],
  ['defer=S', 'the update is deferred (result 11) for S seconds, then goes on'],
  ['loss=P', 'P percent of its datagrams are lost, each way (below 1: a fraction); TCP makes up for it'],
  ['duplicate=P', 'P percent of its datagrams arrive twice, each way; TCP makes up for it'],
  ['delay=MS', 'each datagram is MS milliseconds late; MIN-MAX draws, and so reorders, but not over TCP'],
  ['reboot=PERCENT', 'restarts when so much of an image has arrived, and has lost it'],
  ['rebind=PERCENT', 'goes on from a new address when so much has arrived; over TCP in a new connection'],
  ['hang=PERCENT', 'falls silent for ever when so much has arrived'],
  ['method=push|pull|both', 'what it says it can do (5/0/9)'],
  ['protocols=coap,http', `what it can pull by, and says so (5/0/8): ${ProtocolNames.join(', ')}`],
  ['send=S', "sends its sensors' values every S seconds (LwM2M 1.1 Send)"],
  ['quirk=NAME', `shows a deviation of the field: ${QuirkNames.join(', ')}`],
  ['wrong-key', 'its pre-shared key is another in one bit'],
  ['unknown-identity', 'it presents a PSK identity that nobody knows'],
  ['no-cid', 'it offers no connection ID: a new address needs a new handshake'],
  ['no-resumption', 'it knows no DTLS session any more after a restart'],
];

const NUMBER = /^\d+(?:\.\d+)?$/;

/** A percentage as 0–1: `10`, `10%`, `0.1`. */
function probabilityOf(text: string): number | undefined {
  const percent = text.endsWith('%');
  const digits = percent ? text.slice(0, -1) : text;
  if (!NUMBER.test(digits)) return undefined;
  const n = Number(digits);
  const probability = percent || n >= 1 ? n / 100 : n;
  return probability <= 1 ? probability : undefined;
}

function percentOf(text: string): number | undefined {
  const digits = text.endsWith('%') ? text.slice(0, -1) : text;
  if (!NUMBER.test(digits)) return undefined;
  const n = Number(digits);
  return n <= 100 ? n : undefined;
}

const MAX_DELAY_MS = 600_000;

function delayOf(text: string): Fault | undefined {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?(?:ms)?$/.exec(text);
  if (!match) return undefined;
  const least = Number(match[1]);
  const most = match[2] === undefined ? least : Number(match[2]);
  return least <= most && most <= MAX_DELAY_MS
    ? { kind: 'delay', least: millis(least), most: millis(most) }
    : undefined;
}

function protocolsOf(text: string): Fault | undefined {
  const protocols = text.split(',').map((one) => {
    const named = ProtocolNames.findIndex((name) => name === one);
    return named < 0 && /^\d{1,2}$/.test(one) ? Number(one) : named;
  });
  return protocols.includes(-1) ? undefined : { kind: 'protocols', protocols };
}

/** A fault from its spec, `result=5`; a problem (`FAULT`) for one that is none, at the place where it goes wrong. */
export function parseFault(spec: string): Decoded<Fault> {
  const equals = spec.indexOf('=');
  const name = equals < 0 ? spec : spec.slice(0, equals);
  const value = equals < 0 ? '' : spec.slice(equals + 1).trim();
  const bad = (due: string): Decoded<never> =>
    problem(`"${name.slice(0, 20)}=${value.slice(0, 20)}": ${due} is due`, equals + 1, 'FAULT');
  const handshake = HandshakeFaultNames.find((one) => one === name.trim());
  if (handshake) return equals < 0 ? decoded({ kind: 'handshake', handshake }) : bad('no value');
  switch (name.trim()) {
    case 'result': {
      const result = Number(value);
      return /^\d{1,2}$/.test(value) && result >= 2 && result <= 11
        ? decoded({ kind: 'result', result: result as FaultResult })
        : bad('an update result from 2 to 11');
    }
    case 'defer': {
      return NUMBER.test(value) && Number(value) <= 86_400
        ? decoded({ kind: 'defer', time: seconds(Number(value)) })
        : bad('a number of seconds');
    }
    case 'send': {
      return NUMBER.test(value) && Number(value) >= 0.1 && Number(value) <= 86_400
        ? decoded({ kind: 'send', period: seconds(Number(value)) })
        : bad('a number of seconds');
    }
    case 'loss':
    case 'duplicate': {
      const probability = probabilityOf(value);
      return probability === undefined
        ? bad('a percentage from 0 to 100')
        : decoded({ kind: name.trim() as 'loss' | 'duplicate', probability });
    }
    case 'delay': {
      const fault = delayOf(value);
      return fault ? decoded(fault) : bad(`milliseconds up to ${MAX_DELAY_MS}, or MIN-MAX`);
    }
    case 'reboot':
    case 'rebind':
    case 'hang': {
      const percent = percentOf(value);
      return percent === undefined
        ? bad('a percentage from 0 to 100')
        : decoded({ kind: name.trim() as 'reboot' | 'rebind' | 'hang', percent });
    }
    case 'quirk': {
      const quirk = QuirkNames.find((one) => one === value);
      return quirk ? decoded({ kind: 'quirk', quirk }) : bad(`one of ${QuirkNames.join(', ')}`);
    }
    case 'method':
      return value === 'push' || value === 'pull' || value === 'both'
        ? decoded({ kind: 'method', method: value })
        : bad('push, pull or both');
    case 'protocols': {
      const fault = protocolsOf(value);
      return fault ? decoded(fault) : bad('a list such as coap,http');
    }
    default:
      return problem(
        `"${name.slice(0, 20)}" is no fault; there are ${FAULT_HELP.map(([one]) => one).join(' ')}`,
        0,
        'FAULT',
      );
  }
}
