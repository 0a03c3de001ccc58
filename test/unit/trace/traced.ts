import { fromHex } from '../../../src/base/bytes';
import { MessageTypes, encodeEmpty, encodeMessage, type MessageType } from '../../../src/coap/message';
import type { CoapOption } from '../../../src/coap/option';
import { OptionNumbers } from '../../../src/coap/option';
import { textOption } from '../../../src/coap/optionValue';
import { formatName } from '../../../src/contract/formatNames';
import type { DefinitionLookup, ObjectDefinition, ResourceDefinition } from '../../../src/objects/definition';
import type { TracedMessage } from '../../../src/trace/tracedMessage';
import { Tracer, type TracedChannel } from '../../../src/trace/tracer';
import { VirtualClock } from '../../support/virtualClock';

export const LOCAL: TracedChannel = { scheme: 'coap', local: { host: '192.0.2.1', port: 5683 } };
export const PEER = { key: '198.51.100.7:40000', address: { host: '198.51.100.7', port: 40_000 } };

const resource = (
  id: number,
  name: string,
  type: ResourceDefinition['type'],
): [number, ResourceDefinition] => [
  id,
  { id, name, operations: type ? 'RW' : 'E', type, multiple: false, mandatory: false },
];

const device: ObjectDefinition = {
  id: 3,
  version: '1.0',
  name: 'Device',
  multiple: false,
  mandatory: true,
  source: 'test',
  resources: new Map([
    resource(0, 'Manufacturer', 'string'),
    resource(3, 'Firmware Version', 'string'),
    resource(4, 'Reboot', undefined),
    resource(9, 'Battery Level', 'integer'),
    resource(13, 'Current Time', 'time'),
  ]),
};

export const DEFINITIONS: DefinitionLookup = { object: (id) => (id === 3 ? device : undefined) };

/** What a message is made of, in the words of a test. */
export interface Said {
  readonly type?: MessageType;
  readonly code: number;
  readonly id?: number;
  /** Hexadecimal. */
  readonly token?: string;
  readonly path?: string;
  readonly options?: readonly CoapOption[];
  readonly payload?: Uint8Array;
}

export const bytesOf = ({
  type = MessageTypes.CON,
  code,
  id = 1,
  token = '',
  path = '',
  options = [],
  payload,
}: Said) =>
  code === 0
    ? encodeEmpty(type, id)
    : encodeMessage({
        type,
        code,
        messageId: id,
        token: fromHex(token) ?? new Uint8Array(),
        options: [
          ...path
            .split('/')
            .filter((segment) => segment !== '')
            .map((segment) => textOption(OptionNumbers.URI_PATH, segment)),
          ...options,
        ],
        payload: payload ?? new Uint8Array(),
      });

/** A tracer of one peer, under a virtual clock. */
export function tracing(endpoint: string | undefined = 'dev1', channel = LOCAL) {
  const clock = new VirtualClock();
  const tracer = new Tracer({
    clock,
    endpointOf: () => endpoint,
    definitions: () => DEFINITIONS,
    formatName,
  });
  const raw = (direction: 'in' | 'out', bytes: Uint8Array, repeat = 0, peer = PEER): TracedMessage =>
    tracer.trace(channel, { at: clock.wallTime(), direction, peer, bytes, repeat });
  return {
    clock,
    raw,
    out: (said: Said, repeat = 0) => raw('out', bytesOf(said), repeat),
    in: (said: Said, repeat = 0) => raw('in', bytesOf(said), repeat),
  };
}
