import { Codes, type Code } from '../../coap/code';

/** What a Register or Update told in its query (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2.1, §6.2.2). */
export interface RegistrationParameters {
  readonly endpointName?: string;
  readonly lifetime?: number;
  readonly lwm2mVersion?: string;
  readonly binding?: string;
  /** `Q`, or the Q of a 1.0 binding; `undefined` where neither was told. */
  readonly queueMode?: boolean;
  readonly smsNumber?: string;
  /** 1.2: the profile whose object list is known to the server. */
  readonly profileId?: string;
  /** Further parameters as they came (`vendor=7`), bounded. */
  readonly additional: readonly string[];
  readonly warnings: readonly string[];
}

/** A refusal of a registration request, with the text the client is told. */
export interface Refusal {
  readonly code: Code;
  readonly reason: string;
}

const MAX_ADDITIONAL = 8;
const MAX_TEXT = 64;
/** Control and direction characters: nothing a name needs, and what a terminal or a tree would be fooled by. */

const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]/;

/** Whether a text may be an endpoint's name: 1 to 252 characters (a Uri-Query holds 255 bytes), none of them invisible. */
export const isEndpointName = (text: string): boolean =>
  text.length > 0 && text.length <= 252 && !UNFIT.test(text);

const refuse = (reason: string, code: Code = Codes.BAD_REQUEST): Refusal => ({ code, reason });

/** Reads the query of a Register or an Update. What the specification doesn't know is kept and warned of, not refused. */
export function parseParameters(query: readonly string[]): RegistrationParameters | Refusal {
  const found: { -readonly [K in keyof RegistrationParameters]?: RegistrationParameters[K] } = {};
  const additional: string[] = [];
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const item of query) {
    const at = item.indexOf('=');
    const name = at < 0 ? item : item.slice(0, at);
    const value = at < 0 ? '' : item.slice(at + 1);
    if (seen.has(name)) {
      warnings.push(`parameter ${shown(name)} is given twice: the first one counts`);
      continue;
    }
    seen.add(name);
    switch (name) {
      case 'ep':
        if (!isEndpointName(value))
          return refuse(value === '' ? 'ep is empty' : 'ep is too long or has unprintable characters');
        found.endpointName = value;
        break;
      case 'lt':
        if (!/^\d{1,10}$/.test(value) || Number(value) > 0xffff_ffff)
          return refuse('lt is no number of seconds');
        found.lifetime = Number(value);
        break;
      case 'lwm2m':
        if (!/^\d{1,3}\.\d{1,3}$/.test(value)) return refuse('lwm2m is no version');
        if (!/^1\.[012]$/.test(value))
          return refuse('only LwM2M 1.0, 1.1 and 1.2 are served', Codes.PRECONDITION_FAILED);
        found.lwm2mVersion = value;
        break;
      case 'b':
        if (!/^[A-Z]{1,8}$/.test(value)) return refuse('b is no binding');
        if (!/^[UTSNMHQ]+$/.test(value)) warnings.push(`binding ${value} has letters no version knows`);
        found.binding = value;
        if (value.includes('Q')) found.queueMode = true;
        break;
      case 'Q':
        found.queueMode = true;
        break;
      case 'sms':
        if (/^\+?[0-9 ()./-]{1,24}$/.test(value)) found.smsNumber = value;
        else warnings.push(`sms ${shown(value)} is no telephone number and is left out`);
        break;
      case 'pid':
        found.profileId = value.slice(0, MAX_TEXT);
        break;
      default:
        if (additional.length < MAX_ADDITIONAL) additional.push(shown(item));
        warnings.push(`parameter ${shown(name)} is none of LwM2M's`);
    }
  }
  return { ...found, additional, warnings: warnings.slice(0, MAX_ADDITIONAL) };
}

/** A stranger's text, short enough and visible enough to repeat in a message. */
export function shown(text: string): string {
  const visible = text.replace(new RegExp(UNFIT.source, 'g'), '\u00b7');
  return visible.length > MAX_TEXT ? visible.slice(0, MAX_TEXT) + '…' : visible;
}
