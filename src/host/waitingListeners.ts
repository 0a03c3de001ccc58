import { errorText, isOperationError } from '../base/errors';
import type { WaitingView } from '../contract/workbench';
import { printUri } from './listenUri';
import type { OpenListener } from './listeners';
import type { Listen } from './ports';

/** What {@link WaitingListeners} ask and tell. */
export interface WaitingAround {
  /** Throws `OperationError`, as `Listeners.open`. */
  open(listen: Listen): Promise<OpenListener>;
  /** Whether there is a key or certificate at all. */
  inUse(): boolean;
  /** One was opened. */
  opened(uri: string): void;
  /** One can't be opened: told once for each. */
  warn(message: string): void;
}

interface Waiting {
  readonly listen: Listen;
  needs: WaitingView['needs'];
  told: boolean;
}

/**
 * Secured listeners that open once there is what they need: a key, or the server's own certificate. One that can't be
 * opened keeps none of the others from it, and is tried again at the next change of keys.
 */
export class WaitingListeners {
  private readonly waiting: Waiting[];
  /** Opened one after the other: a change while one opens must not open it twice. */
  private opening = Promise.resolve();

  constructor(
    wanted: readonly Listen[],
    private readonly around: WaitingAround,
  ) {
    this.waiting = wanted.map((listen) => ({
      listen,
      needs: listen.scheme === 'https' ? 'certificate' : 'key',
      told: false,
    }));
  }

  /** Opens those that can be; resolves when each was tried. Never rejects. */
  tryAll(): Promise<void> {
    this.opening = this.opening.then(async () => {
      for (const one of [...this.waiting]) await this.try(one);
    });
    return this.opening;
  }

  /** Those that are not open, with what each waits for. */
  views(): readonly WaitingView[] {
    return this.waiting.map(({ listen, needs }) => ({ uri: uriOf(listen), needs }));
  }

  /** Resolves when nothing is being opened. */
  settled(): Promise<void> {
    return this.opening;
  }

  private async try(one: Waiting): Promise<void> {
    const { around, waiting } = this;
    // No device could come without a key; HTTPS asks for none, and whoever wants it is told what it lacks.
    if (!around.inUse() && one.listen.scheme !== 'https') return;
    try {
      const { scheme, address } = await around.open(one.listen);
      waiting.splice(waiting.indexOf(one), 1);
      around.opened(printUri(scheme, address));
    } catch (error) {
      const lacking = isOperationError(error, 'NO_CERTIFICATE') || isOperationError(error, 'TLS_PSK_MISSING');
      one.needs = lacking ? 'certificate' : 'other';
      if (one.told) return;
      one.told = true;
      around.warn(
        lacking
          ? `${uriOf(one.listen)} is not listened on yet: it needs the server's certificate, and opens once that is made.`
          : `${uriOf(one.listen)} is not listened on: ${errorText(error)}`,
      );
    }
  }
}

/** Without the port where a free one will be taken. */
const uriOf = ({ scheme, address }: Listen): string => {
  const uri = printUri(scheme, address);
  return address.port === 0 ? uri.replace(/:0$/, '') : uri;
};
