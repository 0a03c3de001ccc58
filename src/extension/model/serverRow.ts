import type { StatusView, WaitingView } from '../../contract/workbench';
import { Commands } from '../ids';
import type { DeviceModel } from './deviceModel';
import { boardsFirst, isOnLoopback } from './reachableUris';
import type { Row } from './row';
import { countText } from './words';

/** The first row: where devices must point, and how far that reaches. */
export function serverRow(
  model: DeviceModel,
  { status, joined }: { readonly status: StatusView | undefined; readonly joined: boolean },
): Row {
  const listening = status?.listening ?? [];
  const coap = boardsFirst(listening.filter((uri) => uri.startsWith('coap')));
  const loopbackOnly = coap.every(isOnLoopback);
  const count = countText(model.devices().length, 'device');
  return {
    label: coap[0] ?? listening[0] ?? (status ? 'no address yet' : 'starting…'),
    description: [
      ...(joined ? [`of ${status?.owner === 'editor' ? 'another window' : status?.owner}`] : []),
      ...(loopbackOnly ? ['this machine only'] : []),
      count,
      ...othersWords(coap),
    ].join(' · '),
    tooltip: [
      ...addressLines(status),
      ...(loopbackOnly ? ['Only programs on this machine reach it. Choose an address for boards.'] : []),
      ...(joined && status ? [`The server runs in process ${status.pid} (${status.owner}).`] : []),
      'Click to copy.',
    ].join('\n'),
    icon: 'radio-tower',
    context: 'server',
    collapsible: 'none',
    command: { id: Commands.SERVER_COPY_URI, arguments: [] },
    spoken: `Server listens on ${coap.join(', ')}, ${count}`,
  };
}

/** By what else the server is reached than by its first address: other schemes of CoAP, and more hosts. */
function othersWords(coap: readonly string[]): readonly string[] {
  const [first = '', ...others] = coap.map((uri) => uri.split('://')[0] ?? '');
  const schemes = [...new Set(others)].filter((scheme) => scheme !== first);
  const hosts = new Set(coap.map((uri) => uri.replace(/^.*:\/\/|:\d+$/g, ''))).size;
  return [
    ...(schemes.length === 0 ? [] : [`also ${schemes.join(', ')}`]),
    ...(hosts < 2 ? [] : [`at ${hosts} addresses`]),
  ];
}

const LACKS: Readonly<Record<WaitingView['needs'], string>> = {
  key: 'opens with the first credential',
  certificate: "needs the server's certificate",
  other: 'could not be opened: see the log',
};

/** Every address that is listened on, and those that wait for something, a line each. */
export const addressLines = (status: StatusView | undefined): readonly string[] => [
  'Where devices must point:',
  ...(status?.listening ?? []).map((uri) => `  ${uri}`),
  ...(status?.waiting ?? []).map(({ uri, needs }) => `  ${uri} (${LACKS[needs]})`),
];
