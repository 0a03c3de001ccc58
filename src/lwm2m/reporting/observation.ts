import type { CancelSignal } from '../../base/cancellation';
import type { Disposable } from '../../base/disposable';
import { OperationError } from '../../base/errors';
import { Emitter } from '../../base/event';
import { Codes, isSuccess, printCode } from '../../coap/code';
import type { CoapRequest, CoapResponse, Notification, Observation } from '../../coap/exchange';
import { ROOT, type LwM2mPath } from '../../objects/path';
import { answerOf, readValues, type AnswerContext } from '../management/answer';
import { Lane, type LaneContext } from '../management/lane';
import type { Client, ClientObservation, EndReason } from '../registration/client';
import type { Answer, DeviceObservation, OperationSettings, Report } from '../server';

/** What observations need of the server. */
export interface ObservationContext extends LaneContext<Client> {
  answerContext(client: Client, path: LwM2mPath): AnswerContext;
  /** A notification came: a sign of life, after which a queue-mode client is awake. */
  contacted(client: Client): void;
  reported(report: Report): void;
  answered(client: Client, operation: 'cancel', answer: Answer): void;
  warn(message: string, endpointName?: string): void;
}

/** The requests to a client go through its lane; made with the first one. */
export const laneOf = (client: Client, context: LaneContext<Client>): Lane<Client> =>
  (client.lane ??= new Lane(client, context));

/** An observation a client granted, single or composite (OMA-TS-LightweightM2M_Core-V1_1_1 §6.4). */
export class RunningObservation implements DeviceObservation, ClientObservation {
  private readonly reports = new Emitter<Report>();
  private readonly ends = new Emitter<{ readonly reason: string }>();
  readonly onReport = this.reports.event;
  readonly onEnd = this.ends.event;
  private subscriptions: readonly Disposable[] = [];
  private ended = false;
  /** The observation below, of the address the client has now. */
  private carrier: Observation | undefined;

  constructor(
    readonly answer: Answer,
    carrier: Observation,
    private readonly client: Client,
    private readonly paths: readonly LwM2mPath[],
    private readonly request: CoapRequest,
    private readonly context: ObservationContext,
  ) {
    this.follow(carrier);
    (client.observations ??= new Set()).add(this);
  }

  async cancel(settings: OperationSettings = {}): Promise<Answer> {
    if (this.ended)
      throw new OperationError('GONE', 'the observation has ended already', {
        next: 'Nothing is left to cancel.',
      });
    const lane = laneOf(this.client, this.context);
    const response = await lane.run(
      // the client may have moved while the request waited for it to wake
      ({ endpoint, peer }, how) =>
        this.carrier === undefined ? endpoint.request(peer, this.request, how) : this.carrier.cancel(how),
      settings,
      true,
    );
    this.end('cancelled');
    const answer = answerOf(response, this.contextOf(), this.base);
    this.context.answered(this.client, 'cancel', answer);
    return answer;
  }

  dispose(): void {
    this.end('cancelled');
  }

  /** Ends it without asking the client: its next notification is answered by a reset. */
  end(reason: EndReason): void {
    if (this.ended) return;
    this.ended = true;
    this.client.observations?.delete(this);
    this.release();
    this.ends.fire({ reason });
    this.reports.dispose();
    this.ends.dispose();
  }

  /**
   * The client's address changed: notifications from the new one carry a token that is only known at the old one. So
   * the observation is asked for once more, unseen by who holds it.
   */
  moved(): void {
    if (this.ended) return;
    this.release();
    const lane = laneOf(this.client, this.context);
    const again = lane.run(
      (route, how) => observeOnce(route.endpoint.observe(route.peer, this.request, how), how.signal),
      {},
      true,
    );
    again.then(
      ({ response, observation }) => {
        if (this.ended) return observation?.dispose();
        if (!observation) return this.end('refused');
        this.follow(observation);
        this.report(response);
      },
      () => this.end('forgotten'),
    );
  }

  /** Composite answers name their paths from the root. */
  private get base(): LwM2mPath {
    const [only, ...others] = this.paths;
    return others.length === 0 && only && this.request.method === Codes.GET ? only : ROOT;
  }

  private contextOf(): AnswerContext {
    return this.context.answerContext(this.client, this.paths[0] ?? ROOT);
  }

  private follow(carrier: Observation): void {
    this.carrier = carrier;
    this.subscriptions = [
      carrier.onNotification((notification) => this.notified(notification)),
      carrier.onEnd(({ reason }) => {
        if (this.carrier === carrier) this.end(reason);
      }),
    ];
  }

  private release(): void {
    const { carrier } = this;
    this.carrier = undefined;
    for (const subscription of this.subscriptions) subscription.dispose();
    carrier?.dispose();
  }

  private notified({ response }: Notification): void {
    if (this.ended) return;
    this.context.contacted(this.client);
    this.report(response);
  }

  private report(response: CoapResponse): void {
    const context = this.contextOf();
    const { values, problems } = isSuccess(response.code)
      ? readValues(response.contentFormat, this.base, response.body, context)
      : { values: [], problems: [`${printCode(response.code)} ended the observation`] };
    const report: Report = {
      endpointName: context.endpointName,
      kind: 'notify',
      values,
      paths: this.paths,
      ...(response.contentFormat === undefined ? {} : { contentFormat: response.contentFormat }),
      at: context.now,
      problems,
    };
    try {
      this.reports.fire(report);
    } finally {
      this.context.reported(report);
    }
  }
}

/** An observation granted to who no longer waits for it is given back. */
export async function observeOnce<T extends { readonly observation: Observation | undefined }>(
  asked: Promise<T>,
  signal: CancelSignal | undefined,
): Promise<T> {
  const granted = await asked;
  if (signal?.aborted) granted.observation?.dispose();
  return granted;
}
