import type { UpdatePlan } from '../fota/run';

/** As people write them; a scheme from elsewhere stands for itself. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  coap: 'CoAP',
  coaps: 'CoAPs',
  'coap+tcp': 'CoAP/TCP',
  'coaps+tcp': 'CoAPs/TLS',
  http: 'HTTP',
  https: 'HTTPS',
};

/**
 * How an image gets to the device, and why, as one text: `Pull over CoAP` and what follows it in the plan's own words,
 * whose sentence begins with the method.
 */
export function planWords({ method, protocol, why }: Pick<UpdatePlan, 'method' | 'protocol' | 'why'>): {
  readonly method: string;
  readonly why: string;
} {
  const word = method === 'pull' ? 'Pull' : 'Push';
  return {
    method: `${word} over ${PROTOCOLS[protocol] ?? protocol}`,
    why: new RegExp(`^${word}\\b`).test(why) ? why.slice(word.length) : `: ${why}`,
  };
}
