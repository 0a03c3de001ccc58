import { createSocket, type Socket } from 'node:dgram';
import { NO_BYTES } from '../../../../src/base/bytes';
import { Codes } from '../../../../src/coap/code';
import { MessageTypes, decodeMessage, encodeMessage, type Message } from '../../../../src/coap/message';
import { OptionNumbers, type CoapOption } from '../../../../src/coap/option';
import { blockOption, findBlock, type Block } from '../../../../src/coap/optionValue';
import type { Szx } from '../../../../src/coap/exchange';

/** How long a script waits for a datagram that must come. */
const PATIENCE = 1500;

/** A CoAP peer of the loopback that does as a script says, message for message. */
export class ScriptedPeer {
  private readonly arrived: Message[] = [];
  private readonly waiting: ((message: Message) => void)[] = [];
  private subjectPort = 0;
  /** Where set, every message goes here and not to {@link next}. */
  answer: ((message: Message) => readonly Message[]) | undefined;
  /** All that came. */
  readonly received: Message[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on('message', (bytes, from) => {
      this.subjectPort = from.port;
      const result = decodeMessage(new Uint8Array(bytes));
      if (!result.ok) throw new Error(result.problem.message);
      this.received.push(result.value);
      if (this.answer) for (const reply of this.answer(result.value)) this.send(reply);
      else (this.waiting.shift() ?? ((message) => this.arrived.push(message)))(result.value);
    });
  }

  static async open(): Promise<ScriptedPeer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new ScriptedPeer(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  send(message: Message, port = this.subjectPort): void {
    this.socket.send(encodeMessage(message), port, '127.0.0.1');
  }

  /** The next message, or an error that names what was waited for. */
  async next(what: string): Promise<Message> {
    const early = this.arrived.shift();
    if (early) return early;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(take), 1);
        reject(new Error(`no datagram came: ${what}`));
      }, PATIENCE);
      const take = (message: Message) => {
        clearTimeout(timer);
        resolve(message);
      };
      this.waiting.push(take);
    });
  }

  async ask(message: Message, port: number, what: string): Promise<Message> {
    this.send(message, port);
    return this.next(what);
  }

  close(): void {
    this.socket.close();
  }
}

/** A confirmable message. */
export const con = (
  code: number,
  messageId: number,
  token: readonly number[],
  options: readonly CoapOption[] = [],
  payload: Uint8Array = NO_BYTES,
): Message => ({
  type: MessageTypes.CON,
  code,
  messageId,
  token: Uint8Array.from(token),
  options,
  payload,
});

/** The acknowledgement of a message with the answer in it. */
export const answerTo = (
  request: Message,
  code: number,
  options: readonly CoapOption[] = [],
  payload: Uint8Array = NO_BYTES,
): Message => ({
  type: MessageTypes.ACK,
  code,
  messageId: request.messageId,
  token: request.token,
  options,
  payload,
});

/** The acknowledgement of a message without an answer. */
export const ackOf = (request: Message): Message => ({
  type: MessageTypes.ACK,
  code: Codes.EMPTY,
  messageId: request.messageId,
  token: NO_BYTES,
  options: [],
  payload: NO_BYTES,
});

export const path = (segment: string): CoapOption => ({
  number: OptionNumbers.URI_PATH,
  value: new TextEncoder().encode(segment),
});

export const block1 = (num: number, more: boolean, szx: Szx): CoapOption =>
  blockOption(OptionNumbers.BLOCK1, { num, more, szx });

export const block2 = (num: number, more: boolean, szx: Szx): CoapOption =>
  blockOption(OptionNumbers.BLOCK2, { num, more, szx });

export const block1Of = (message: Message): Block | undefined =>
  findBlock(message.options, OptionNumbers.BLOCK1);

export const block2Of = (message: Message): Block | undefined =>
  findBlock(message.options, OptionNumbers.BLOCK2);

/** Waits until something holds, at most as long as a datagram is waited for. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
