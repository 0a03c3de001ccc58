import { OperationError, abortError, isOperationError } from '../base/errors';
import type { Peer } from '../transport/ports';
import { BodyReceiver } from './bodyReceiver';
import { BodyServer } from './bodyServer';
import { BodyTurns } from './bodyTurns';
import { BlockwiseRequest, DEFAULT_STALL, type RequestContext } from './blockwiseRequest';
import type { CreateCoapEndpoint } from './endpoint';
import type { RequestSettings } from './exchange';
import { LinkedList } from './linkedList';
import { MessageLayer } from './messageLayer';
import type { MessageUser, Messaging } from './messaging';
import { Observations } from './observation';
import { Observers } from './observer';
import { OptionNumbers } from './option';
import { findOption } from './optionValue';
import { Exchanges, TOKEN_LENGTH } from './outgoing';
import { RequestServer } from './requestServer';
import { StreamLayer } from './streamLayer';

const DEFAULT_MAX_BODY = 1 << 20;
/** Of requests to one peer over its connection: RFC 7252's NSTART is about congestion, which TCP sees to; this, about what a device can work on. */
const STREAM_CONCURRENCY = 16;

/** Makes an endpoint that serves `service` and sends requests, over `channel`. */
export const createCoapEndpoint: CreateCoapEndpoint = (channel, service, ports, settings = {}) => {
  const { reliable } = channel;
  const { szx = reliable ? 7 : 6, maxBodyBytes = DEFAULT_MAX_BODY, criticalOptions = [] } = settings;
  const { nstart = reliable ? STREAM_CONCURRENCY : 1 } = settings;
  const user: MessageUser = {
    request: (incoming) => server.receive(incoming),
    response: (incoming) => {
      // The answer to a cancellation has the observation's token, but not its option.
      const notification = findOption(incoming.message.options, OptionNumbers.OBSERVE) !== undefined;
      return notification
        ? observations.response(incoming) || exchanges.response(incoming)
        : exchanges.response(incoming) || observations.response(incoming);
    },
    reset: (peer, messageId) => observers.reset(peer, messageId),
    ended: (peer, error) => endAll(peer, error),
  };
  const layer: Messaging = reliable
    ? new StreamLayer(channel, ports, nstart, user)
    : new MessageLayer(channel, ports, nstart, user);
  const exchanges = new Exchanges(layer);
  const runs = new LinkedList<BlockwiseRequest>();
  const context: RequestContext = {
    layer,
    exchanges,
    runs,
    turns: new BodyTurns(),
    szx,
    maxBodyBytes,
    newToken: (peer) => {
      for (;;) {
        const token = ports.random.bytes(TOKEN_LENGTH);
        if (!exchanges.has(token) && !observations.has(peer, token)) return token;
      }
    },
  };
  const observations = new Observations(context);
  const bodies = new BodyServer(ports.clock, ports.hash, szx, layer);
  const observers = new Observers(layer, bodies);
  const receiver = new BodyReceiver(ports.clock, layer.log, szx, maxBodyBytes, {
    service,
    complete: (incoming, head, body) => server.handle(incoming, head, body),
    refuse: (incoming, head, response) => server.answer(incoming, head, response),
  });
  const server = new RequestServer(
    layer,
    service,
    receiver,
    bodies,
    observers,
    maxBodyBytes,
    new Set(criticalOptions),
  );
  let closing: Promise<void> | undefined;

  const refuseWhenClosed = (): void => {
    if (closing) throw closedError();
  };

  /** All that is above the messages. */
  const endAll = (peer: Peer, reason: OperationError): void => {
    for (const run of runs.all()) if (run.peer.key === peer.key) run.fail(reason);
    receiver.forget(peer);
    bodies.forget(peer);
    observers.forget(peer);
    observations.forget(peer);
  };

  return {
    channel,
    onWire: layer.onWire,
    request: (peer, request, requestSettings = {}) => {
      if (closing) return Promise.reject(closedError());
      return new BlockwiseRequest(context, peer, request, requestSettings).run();
    },
    observe: async (peer, request, requestSettings = {}) => {
      refuseWhenClosed();
      return observations.observe(peer, request, requestSettings);
    },
    ping: async (peer, pingSettings = {}) => {
      refuseWhenClosed();
      return ping(layer, peer, pingSettings);
    },
    repeat: (peer) => layer.repeat(peer),
    forget: (peer, error) => {
      const reason = isOperationError(error)
        ? error
        : new OperationError('ABORTED', error.message, { cause: error });
      // The messages first: a request that ends makes room for the next, which is not to go out any more.
      layer.forget(peer, reason);
      endAll(peer, reason);
    },
    close: () =>
      (closing ??= (async () => {
        const reason = closedError();
        layer.dispose(reason);
        for (const run of runs.all()) run.fail(reason);
        observers.dispose();
        observations.dispose();
        receiver.dispose();
        bodies.dispose();
        await channel.close();
      })()),
  };
};

const closedError = (): OperationError => new OperationError('ABORTED', 'the CoAP endpoint is closed');

/** A live peer resets an empty confirmable message, and answers a ping in a connection; one that acknowledges it lives as well. */
function ping(
  layer: Messaging,
  peer: Peer,
  { signal, stallTimeout = DEFAULT_STALL }: Pick<RequestSettings, 'signal' | 'stallTimeout'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const onAbort = () => {
      layer.cancel(message);
      reject(abortError(signal));
    };
    const end = (settle: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const message = layer.ping(peer, stallTimeout, {
      transmitted: () => undefined,
      acknowledged: () => end(resolve),
      reset: () => end(resolve),
      failed: (error) => end(() => reject(error)),
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
