import type { ArrivalsView } from '../../contract/workbench';
import { printableText } from '../../base/printableText';
import { isOnLoopback } from './reachableUris';
import { countText } from './words';
import { sizeText } from '../../contract/quantities';

/** Time of day with milliseconds, in the reader's own zone. */
export function clockText(at: number): string {
  const date = new Date(at);
  const two = (n: number, width = 2) => String(n).padStart(width, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`;
}

/**
 * "Nothing arrives?" as a text to read: what listens where, on which machine, what came, and what to do about it.
 * @param remote name of the remote window's kind (`ssh-remote`, `wsl`, …), where it is one
 */
export function arrivalsText(
  arrivals: ArrivalsView | undefined,
  remote: string | undefined,
  registered: number,
): string {
  if (!arrivals)
    return ['Nothing arrives because no server runs', '', '  → Start it: "LwM2M: Start Server".', ''].join(
      '\n',
    );
  const { listening, interfaces, datagrams } = arrivals;
  const coap = listening.filter((uri) => uri.startsWith('coap'));
  const loopbackOnly = coap.every(isOnLoopback);
  const incoming = datagrams.filter(({ direction }) => direction === 'in');
  return [
    verdict(incoming.length, registered),
    '',
    ...advice(arrivals, { loopbackOnly, remote, incoming: incoming.length, registered }).map(wrapped),
    '',
    'Listening',
    ...listening.map((uri) => `  ${uri}${isOnLoopback(uri) ? '   (programs on this machine only)' : ''}`),
    `  on the machine "${printableText(arrivals.host)}"${remote === undefined ? '' : `, the remote side of this window (${remote})`}`,
    '',
    'Interfaces of that machine',
    ...interfaces.map(
      ({ name, address, internal }) =>
        `  ${name.padEnd(12)} ${address}${internal ? '   (loopback)' : ''}${coap.some((uri) => uri.includes(address)) ? '   listened on' : ''}`,
    ),
    '',
    `Last datagrams${datagrams.length === 0 ? '' : ', newest first'}`,
    ...(datagrams.length === 0
      ? ['  none: not one datagram reached this server']
      : datagrams.map(
          ({ at, direction, address, size, summary }) =>
            `  ${clockText(at)} ${direction === 'in' ? '←' : '→'} ${address.padEnd(22)} ${sizeText(size).padEnd(10)} ${printableText(summary, 160)}`,
        )),
    '',
  ].join('\n');
}

/** Width at which advice is broken, in characters: a narrow editor column shows it without scrolling. */
const WIDTH = 88;

/** Advice as lines of its own, the first with an arrow. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((one, index) => `${index === 0 ? '  → ' : '    '}${one}`).join('\n');
}

function verdict(incoming: number, registered: number): string {
  if (incoming === 0) return 'Nothing has arrived';
  if (registered === 0) return 'Datagrams arrive, yet no device is registered';
  return `Datagrams arrive, and ${countText(registered, 'device')} ${registered === 1 ? 'is' : 'are'} registered`;
}

function advice(
  { interfaces, host }: ArrivalsView,
  seen: {
    readonly loopbackOnly: boolean;
    readonly remote: string | undefined;
    readonly incoming: number;
    readonly registered: number;
  },
): readonly string[] {
  const lines: string[] = [];
  const outside = interfaces.filter(
    ({ internal, address }) => !internal && !address.toLowerCase().startsWith('fe80:'),
  );
  if (seen.loopbackOnly)
    lines.push(
      outside.length > 0
        ? `The server listens on this machine's loopback only. For a board choose an address: "LwM2M: Choose Listening Address…" (${outside
            .map(({ address }) => address)
            .slice(0, 3)
            .join(', ')}).`
        : 'The server listens on loopback only, and this machine has no other address: a board cannot reach it.',
    );
  if (seen.remote !== undefined)
    lines.push(
      `This window is remote: the server listens on "${printableText(host)}", not on the machine in front of you. VS Code forwards TCP ports only, never UDP: a board must reach "${printableText(host)}" itself.`,
    );
  if (seen.incoming === 0 && !seen.loopbackOnly)
    lines.push(
      'Check the device’s server URI (address and port), that both are in one network, and that a firewall lets UDP in.',
    );
  if (seen.incoming > 0 && seen.registered === 0)
    lines.push('Look at the lines below: each says what it is, or why it is none of ours.');
  if (lines.length === 0) lines.push('All is well: what is listed below has arrived.');
  return lines;
}
