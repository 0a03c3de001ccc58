import type { SimulatorEvent } from '../simulator/deviceOptions';
import { printUri } from './listenUri';

/** The event as the terminal program tells it, with a sentence for people. */
export type SimulatorEventView = { readonly kind: string; readonly endpoint: string; readonly text: string };

/** An event of a simulated device as it is told outside. */
export function eventView(event: SimulatorEvent): SimulatorEventView {
  const { endpointName: endpoint, ...fields } = event;
  const told =
    fields.kind === 'registered'
      ? registeredView(fields)
      : fields.kind === 'state'
        ? { ...fields, state: STATES[fields.state] }
        : fields;
  return { ...told, kind: event.kind, endpoint, text: sentenceOf(event) };
}

/** The scheme stands in the address. */
const registeredView = ({
  scheme,
  address,
  ...fields
}: Omit<Extract<SimulatorEvent, { kind: 'registered' }>, 'endpointName'>) => ({
  ...fields,
  address: printUri(scheme, address),
});

function sentenceOf(event: SimulatorEvent): string {
  switch (event.kind) {
    case 'registered':
      return `registered, runs ${event.firmwareVersion}`;
    case 'deregistered':
      return 'de-registered';
    case 'state':
      return `state ${STATES[event.state]}, result ${event.updateResult}`;
    case 'image':
      return `image of ${event.size} bytes, sha256 ${event.sha256}`;
    case 'rebooted':
      return `restarted, runs ${event.firmwareVersion}`;
    case 'fault':
      return event.text;
  }
}

const STATES = ['idle', 'downloading', 'downloaded', 'updating'] as const;
