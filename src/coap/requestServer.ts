import { encodeUtf8 } from '../base/bytes';
import { errorText } from '../base/errors';
import type { BodyReceiver } from './bodyReceiver';
import type { BodyServer, Part, Wanted } from './bodyServer';
import { Codes, isSuccess } from './code';
import type { CoapService, IncomingRequest, Observer, OutgoingResponse } from './exchange';
import type { Incoming } from './incoming';
import type { Messaging } from './messaging';
import type { Observers, ServerObserver } from './observer';
import { OptionNumbers, type CoapOption } from './option';
import { blockOption } from './optionValue';
import { isRefusal, readHead, resourceKey, type RequestHead } from './requestHead';

/** Methods of RFC 7252 and RFC 8132. */
const isKnownMethod = (code: number): boolean => code >= Codes.GET && code <= Codes.IPATCH;

/** Takes requests to the service and its answers back, whole bodies on this side and blocks on the other. */
export class RequestServer {
  constructor(
    private readonly layer: Messaging,
    private readonly service: CoapService,
    private readonly receiver: BodyReceiver,
    private readonly bodies: BodyServer,
    private readonly observers: Observers,
    private readonly maxBodyBytes: number,
    private readonly understood: ReadonlySet<number>,
  ) {}

  receive(incoming: Incoming): void {
    const { message, peer } = incoming;
    const head = readHead(message, peer, this.understood, this.layer.reliable);
    if (isRefusal(head)) {
      this.layer.log.log('debug', `${peer.key}: request refused: ${head.why}`);
      // A confirmable request is told why, the other kind only that it was not taken (RFC 7252 §5.4.1).
      if (incoming.confirmable) incoming.respond(head.code, [], encodeUtf8(head.why));
      else incoming.reject();
      return;
    }
    if (!isKnownMethod(message.code)) return incoming.respond(Codes.METHOD_NOT_ALLOWED, []);
    try {
      this.serve(incoming, head);
    } catch (error) {
      this.failed(incoming, undefined, error);
    }
  }

  private serve(incoming: Incoming, head: RequestHead): void {
    const { message } = incoming;
    if (head.block2 && head.block2.num > 0 && this.continued(incoming, head)) return;
    if (head.block1) return this.receiver.receive(incoming, head, head.block1);
    if (message.payload.length > this.maxBodyBytes) {
      return incoming.respond(Codes.REQUEST_ENTITY_TOO_LARGE, []);
    }
    this.handle(incoming, head, message.payload);
  }

  /** Asks the service, now that the body is complete. */
  handle(incoming: Incoming, head: RequestHead, body: Uint8Array): void {
    if (head.observe === 1) this.observers.remove(head.peer, incoming.message.token);
    const request = new ArrivedRequest(head, body, this.observers, incoming);
    let answer: OutgoingResponse | Promise<OutgoingResponse>;
    try {
      answer = this.service.handle(request);
    } catch (error) {
      return this.failed(incoming, request, error);
    }
    if (!(answer instanceof Promise)) return this.answer(incoming, head, answer, request);
    incoming.acknowledgeSoon();
    answer
      .then((response) => this.answer(incoming, head, response, request))
      .catch((error: unknown) => this.failed(incoming, request, error));
  }

  answer(incoming: Incoming, head: RequestHead, response: OutgoingResponse, request?: ArrivedRequest): void {
    if (!isSuccess(response.code)) request?.unobserved();
    this.send(
      incoming,
      head,
      request?.observer,
      this.bodies.begin(head.peer, response, wantedOf(incoming, head)),
    );
  }

  /** A later block of an answer given before; false where the service has to be asked (again). */
  private continued(incoming: Incoming, head: RequestHead): boolean {
    const wanted = wantedOf(incoming, head);
    const part = this.bodies.continue(head.peer, wanted);
    const safe = head.method === Codes.GET || head.method === Codes.FETCH;
    if (part instanceof Promise && safe) {
      incoming.acknowledgeSoon();
      part.then(
        (ready) => this.send(incoming, head, undefined, ready),
        () => {
          // The body can't be read any more (an image withdrawn): the service knows what there is now.
          this.bodies.abandon(head.peer, wanted);
          this.handle(incoming, head, incoming.message.payload);
        },
      );
      return true;
    }
    if (part) {
      this.send(incoming, head, undefined, part);
      return true;
    }
    // What is safe to ask again is; a POST's answer is gone with its body (RFC 7959 §2.9.2).
    if (safe) return false;
    incoming.respond(Codes.REQUEST_ENTITY_INCOMPLETE, []);
    return true;
  }

  private send(
    incoming: Incoming,
    head: RequestHead,
    observer: ServerObserver | undefined,
    part: Part | Promise<Part>,
  ): void {
    if (part instanceof Promise) {
      incoming.acknowledgeSoon();
      part
        .then((ready) => this.send(incoming, head, observer, ready))
        .catch((error: unknown) => this.failed(incoming, undefined, error));
      return;
    }
    const { code, payload } = part;
    let options: readonly CoapOption[] = part.options;
    if (head.block1)
      options = [...options, blockOption(OptionNumbers.BLOCK1, { ...head.block1, more: false })];
    if (observer && isSuccess(code)) options = [...options, observer.nextSequence()];
    incoming.respond(code, options, payload);
  }

  private failed(incoming: Incoming, request: ArrivedRequest | undefined, error: unknown): void {
    request?.unobserved();
    this.layer.log.log('error', `${incoming.peer.key}: a request could not be served: ${errorText(error)}`);
    incoming.respond(Codes.INTERNAL_SERVER_ERROR, []);
  }
}

const wantedOf = (incoming: Incoming, head: RequestHead): Wanted => ({
  key: resourceKey(head, incoming.message.payload),
  block: head.block2,
  size: head.wantsSize2,
});

/** A request as the service sees it. */
class ArrivedRequest implements IncomingRequest {
  observer: ServerObserver | undefined;
  readonly peer;
  readonly method;
  readonly confirmable;
  readonly path;
  readonly query;
  readonly accept;
  readonly contentFormat;
  readonly observe;
  readonly options;
  readonly size1;

  constructor(
    private readonly head: RequestHead,
    readonly body: Uint8Array,
    private readonly observers: Observers,
    private readonly incoming: Incoming,
  ) {
    this.peer = head.peer;
    this.method = head.method;
    this.confirmable = head.confirmable;
    this.path = head.path;
    this.query = head.query;
    this.accept = head.accept;
    this.contentFormat = head.contentFormat;
    this.observe = head.observe;
    this.options = head.options;
    this.size1 = head.size1;
  }

  observed(): Observer | undefined {
    if (this.observe !== 0) return undefined;
    const { peer, message } = this.incoming;
    return (this.observer ??= this.observers.add(
      peer,
      message.token,
      resourceKey(this.head, message.payload),
    ));
  }

  /** The answer refuses: there is nothing to observe. */
  unobserved(): void {
    this.observer?.end();
    this.observer = undefined;
  }
}
