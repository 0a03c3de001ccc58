import type { UpdateOutcome } from './run';
import { nameOf, resultText } from './machine';
import { UpdateResultNames, type DeliveryMethod, type UpdateState } from './vocabulary';

/** How a run ends, in words; what the run measured is added by it. */
export interface Verdict {
  readonly outcome: UpdateOutcome;
  readonly updateResult?: number;
  readonly code?: string;
  readonly cause?: string;
  readonly next?: string;
}

interface Words {
  readonly cause: string;
  readonly next: string;
}

/** By Update Result: what the device said, in its words and in ours, and what to do. */
const BY_RESULT: Readonly<Record<number, Words>> = {
  2: {
    cause: 'The device has no room for the image: not enough flash memory (2)',
    next: 'Compare the image with the secondary slot (slot1_partition) in the device tree or pm_static.yml, and with MCUboot’s trailer that needs room beside it. Where old data fills the storage, erase it.',
  },
  3: {
    cause: 'The device ran out of memory while it downloaded: out of RAM (3)',
    next: 'Try a smaller block size (256). In the firmware give the heap or the block buffer more room (Zephyr: CONFIG_LWM2M_COAP_BLOCK_SIZE, CONFIG_HEAP_MEM_POOL_SIZE).',
  },
  4: {
    cause: 'The device lost the connection in the download (4)',
    next: 'Send it again. For a pull check that the device reaches the host and port of the Package URI; a network that forgets idle ways (NAT) breaks it too, then push instead.',
  },
  5: {
    cause: 'The device found the image damaged or signed with another key: integrity check failed (5)',
    next: 'Check that the build signs with the key that MCUboot on the device was built with (SB_CONFIG_BOOT_SIGNATURE_KEY_FILE or CONFIG_BOOT_SIGNATURE_KEY_FILE), and that it is the signed image for this board.',
  },
  6: {
    cause: 'The device does not take this kind of file: unsupported package type (6)',
    next: 'Send the update image: zephyr.signed.bin or dfu_application.zip’s .bin for MCUboot, a delta file for a modem, the app .bin for ESP-IDF. Never a .hex, .elf or merged file.',
  },
  7: {
    cause: 'The device could not use the Package URI: invalid URI (7)',
    next: 'Check that it resolves the host in the URI and keeps it whole: its buffer may be shorter than the URI. Name another host, or push instead.',
  },
  8: {
    cause: 'The device could not install the image: firmware update failed (8)',
    next: 'Read the bootloader’s log. MCUboot goes back when the new image does not confirm itself (boot_write_img_confirmed), and refuses a version below the running one when downgrade prevention is on.',
  },
  9: {
    cause: 'The device does not speak the protocol of the Package URI: unsupported protocol (9)',
    next: 'Read 5/0/8 for what it speaks and choose that, or push instead.',
  },
  10: {
    cause: 'The update was cancelled on the device, or by another server (10)',
    next: 'Find who cancelled it, then send the image again.',
  },
  11: {
    cause: 'The device put the update off and did not come back to it in time: update deferred (11)',
    next: 'Accept it on the device, or allow longer with a higher stall time. Maximum Defer Period (5/0/13) set to 0 forbids to defer.',
  },
  12: {
    cause: 'Another component of the device is being updated: conflicting state (12)',
    next: 'Let the other update end, or cancel it, then send the image again.',
  },
  13: {
    cause: 'Another component must be updated first: dependency error (13)',
    next: 'Update the component this image depends on, then send it again.',
  },
};

/** A result that ends a run. `state` is where the device was left. */
export function verdictOfResult(updateResult: number, state: UpdateState): Verdict {
  const words = BY_RESULT[updateResult] ?? {
    cause: `The device ended the update with result ${resultText(updateResult)}`,
    next: 'Look up the number in the documentation of its firmware.',
  };
  const cause =
    state === 'downloaded' && updateResult !== 11
      ? `${words.cause}. It keeps the image (state Downloaded)`
      : words.cause;
  return {
    outcome: updateResult === 10 ? 'cancelled' : 'failed',
    updateResult,
    code: `RESULT_${updateResult}`,
    cause,
    next: words.next,
  };
}

/** `RESULT_5` has a name; so has 200 (none). */
export const resultName = (updateResult: number | undefined): string | undefined =>
  updateResult === undefined ? undefined : UpdateResultNames[updateResult];

const failed = (code: string, cause: string, next: string): Verdict => ({
  outcome: 'failed',
  code,
  cause,
  next,
});

/** Where a silence fell. */
export type StallPhase =
  | { readonly phase: 'preparing' }
  | { readonly phase: 'push'; readonly bytes: number; readonly total: number }
  | {
      readonly phase: 'pull';
      readonly asked: boolean;
      readonly bytes: number;
      readonly total: number;
      readonly packageUri: string;
    }
  /** Someone else's server has the image. */
  | { readonly phase: 'elsewhere'; readonly packageUri: string }
  | { readonly phase: 'checking' }
  | { readonly phase: 'executing'; readonly answered: boolean }
  | { readonly phase: 'updating' }
  | { readonly phase: 'restarting' };

const percent = (bytes: number, total: number): string =>
  total > 0 ? `${Math.floor((bytes / total) * 100)} %` : '0 %';

/** A device that fell silent, by where it did. */
export function verdictOfStall(stall: StallPhase, silentMs: number, state: UpdateState | undefined): Verdict {
  const time = `${Math.round(silentMs / 100) / 10} s`;
  const last = state === undefined ? '' : `, last seen ${nameOf(state)}`;
  switch (stall.phase) {
    case 'preparing':
      return failed(
        'STALLED_PREPARING',
        `The device did not answer for ${time} before anything was sent`,
        'Check that it is on and in reach: its registration may be from before. A device in queue mode answers at its next update.',
      );
    case 'push':
      return failed(
        'STALLED_DOWNLOADING',
        `The device fell silent in the transfer (Downloading), after ${percent(stall.bytes, stall.total)} (${stall.bytes} of ${stall.total} bytes): no block acknowledged for ${time}`,
        'Look at the device’s log at that moment: reset, lost link, or a long flash erase. A smaller block size helps on weak links, a longer stall time with slow flash.',
      );
    case 'pull':
      return stall.asked
        ? failed(
            'STALLED_DOWNLOADING',
            `The device fell silent in the transfer (Downloading), after ${percent(stall.bytes, stall.total)} (${stall.bytes} of ${stall.total} bytes): no block asked for in ${time}${last}`,
            'Look at the device’s log at that moment: reset, lost link, or a download it gave up. Send it again, or push instead.',
          )
        : failed(
            'NEVER_FETCHED',
            `The device took the Package URI and asked for nothing in ${time}${last}; phase Downloading`,
            `Check that ${stall.packageUri} can be reached from the device’s network (address, port, firewall, NAT). Name another host, or push instead.`,
          );
    case 'elsewhere':
      return failed(
        'STALLED_DOWNLOADING',
        `The device took the Package URI of another server and did not become Downloaded: its state stood still for ${time}${last}`,
        `Look in that server’s log whether the device asked for ${stall.packageUri}. A longer stall time gives a slow download its time.`,
      );
    case 'checking':
      return failed(
        'STALLED_DOWNLOADING',
        `All of the image arrived, yet the device did not become Downloaded within ${time}${last}`,
        'It may be checking the image, or wait for more: look at its log. A longer stall time gives it time for a slow check.',
      );
    case 'executing':
      if (!stall.answered)
        return failed(
          'STALLED_DOWNLOADED',
          `The device did not answer Execute on Update, and stayed Downloaded for ${time}`,
          'Look in its log whether Execute (5/0/2) reached it, and what it does on it; Execute it again by hand, or send the image again.',
        );
      return failed(
        'STALLED_DOWNLOADED',
        `The device answered Execute on Update and then stayed Downloaded for ${time}`,
        'See in its firmware what Update waits for (a callback that is not set, a user’s consent); Execute it again by hand when that is done.',
      );
    case 'updating':
      return failed(
        'STALLED_UPDATING',
        `The device fell silent in the installation (Updating): no sign of it for ${time} after Execute`,
        'Look at it: it may hang in the bootloader, or have started without network. When the installation only takes long, allow a longer stall time. It may still register with the new image.',
      );
    case 'restarting':
      return failed(
        'STALLED_RESTARTING',
        `The device restarted or left in the transfer and did not register again within ${time}`,
        'Look at its log for what reset it (watchdog, brown-out, fault), then send the image again.',
      );
  }
}

/** The device restarted in the transfer as often as it may. */
export const rebootedInTransfer = (times: number, bytes: number, total: number): Verdict =>
  failed(
    'REBOOTED_IN_TRANSFER',
    `The device restarted in the middle of the transfer${times > 1 ? ` ${times} times, the last time` : ''}${bytes > 0 ? ` at ${percent(bytes, total)}` : ''}, and lost what it had`,
    'Find what resets it: watchdog while flash is erased, brown-out, stack overflow. More retries only help where it was chance.',
  );

/** The device refused what carries the image. */
export const transferRefused = (method: DeliveryMethod, answer: string, diagnostic: string): Verdict =>
  failed(
    method === 'push' ? 'PACKAGE_REFUSED' : 'URI_REFUSED',
    `The device refused ${method === 'push' ? 'the image (Package, 5/0/0)' : 'the Package URI (5/0/1)'} with ${answer}${diagnostic}`,
    method === 'push'
      ? nextForPackage(answer)
      : 'Push instead, or check in the firmware that it can pull by this protocol.',
  );

function nextForPackage(answer: string): string {
  if (answer === '4.13')
    return 'The image or its blocks are too large for the device: try a smaller block size, and compare with its slot.';
  if (answer === '4.08')
    return 'It lost count of the blocks: send it again, with a smaller block size on a weak link.';
  if (answer === '4.05')
    return 'It takes no image in its present state, or no push at all: read 5/0/3 and 5/0/9, reset it, or use pull.';
  return 'Look at the device’s log for why, then send it again; pull may do where push does not.';
}

/** The device refused Update (5/0/2): `answer` is its code. */
export const executeRefused = (answer: string, diagnostic: string, state: UpdateState | undefined): Verdict =>
  failed(
    'EXECUTE_REFUSED',
    `The device refused to install (Execute on Update, 5/0/2) with ${answer}${diagnostic}${state === undefined ? '' : `, in state ${nameOf(state)}`}`,
    state === 'downloaded'
      ? 'See in its firmware what it wants first (battery, consent, a callback that is not set).'
      : 'It is not Downloaded: the image did not arrive whole for it. Send it again and watch its log.',
  );

/** The device was gone when Update (5/0/2) was to be executed: what it runs afterwards is not of this run's doing. */
export const executeUnsent = (why: 'NOT_REGISTERED' | 'NO_SESSION'): Verdict =>
  why === 'NOT_REGISTERED'
    ? failed(
        why,
        'The device took the image and was no longer registered when it was to be installed: Update (5/0/2) was not executed',
        'See in its log why it de-registered after the transfer, then send the image again.',
      )
    : failed(
        why,
        'The device took the image and had no session when it was to be installed: Update (5/0/2) was not executed',
        'See in its log why it made no handshake with the server that was started anew, then send the image again.',
      );

/** The device was in `state` before the update and could not be brought back to Idle. */
export const resetRefused = (state: UpdateState): Verdict =>
  state === 'updating'
    ? failed(
        'DEVICE_UPDATING',
        'The device is installing another image (state Updating) and takes none now',
        'Wait until it has restarted, then send this image.',
      )
    : failed(
        'RESET_REFUSED',
        `The device keeps an earlier image (state ${nameOf(state)}) and lets no reset take it away: empty Package URI, NUL and empty Package were tried`,
        'Restart the device, or execute Update (5/0/2) on what it holds.',
      );

/** Idle again without a result, in the transfer. */
export const transferDropped = (bytes: number, total: number): Verdict =>
  failed(
    'TRANSFER_DROPPED',
    `The device went back to Idle at ${percent(bytes, total)} of the transfer without saying why (result 0)`,
    'Look at its log: it may have restarted the client, or another server reset it. Send the image again.',
  );

/** Success told where only the transfer had ended (observed: nRF Connect SDK before 2.0). */
export const successWithoutInstalling = (): Verdict =>
  failed(
    'SUCCESS_BEFORE_EXECUTE',
    'The device said "updated successfully" (1) though nothing was installed yet, and took no Update after that',
    'Its firmware sets the result too early (nRF Connect SDK before 2.0 did): update the client, or install by hand and read the version.',
  );

/** It runs, and not what was expected. */
export const wrongVersion = (expected: string, found: string, updateResult: number | undefined): Verdict => ({
  ...failed(
    'VERSION_NOT_EXPECTED',
    `The device runs ${found} and not the expected ${expected}${updateResult === 1 ? ', though it said "updated successfully" (1)' : ''}`,
    'MCUboot goes back to the old image when the new one does not confirm itself: read the bootloader’s log. Where the version lives in another resource than the one read, name that one.',
  ),
  ...(updateResult === undefined ? {} : { updateResult }),
});

/** All went through, and nothing the device says shows what runs. */
export const unverified = (versionAfter: string | undefined, versionBefore: string | undefined): Verdict => ({
  outcome: 'unverified',
  code: 'UNVERIFIED',
  cause:
    versionAfter === undefined
      ? 'The device took the image and Execute, reports no result (0), and its version can’t be read: nothing shows whether the new image runs'
      : `The device took the image and Execute, reports no result (0) and ${versionAfter}${versionAfter === versionBefore ? ', as before' : ''}: nothing shows whether the new image runs`,
  next: 'Let the firmware set Update Result after its restart (5/0/5 = 1), or name the resource where the application’s version lives (stock nRF Connect SDK has the modem’s in 3/0/3), and give each build a version of its own.',
});

/** What a user's cancel left behind. */
export function cancelled(state: UpdateState | undefined, executed: boolean): Verdict {
  const left =
    state === undefined
      ? 'The device did not answer afterwards, so its state is not known'
      : `The device is ${nameOf(state)} now`;
  return {
    outcome: 'cancelled',
    code: 'CANCELLED',
    cause: executed
      ? `Cancelled while waiting for proof, after the installation. ${left}`
      : `Cancelled. ${left}`,
    next:
      state === undefined
        ? 'Read 5/0/3 when it is in reach again.'
        : state === 'idle'
          ? executed
            ? 'Read its version to see which image runs.'
            : 'It can be sent an image again at any time.'
          : state === 'updating'
            ? 'It installs what it has; wait for its restart.'
            : 'It took neither Cancel nor a reset: it gives up by its own timeout, or at its restart. The next update resets it first.',
  };
}

/** For what threw in a place where nothing should. */
export const couldNot = (code: string, message: string, next: string | undefined): Verdict =>
  failed(code, message, next ?? 'Send the image again; the log has more.');

/** The device is not there, before anything was sent. */
export const notRegistered = (endpointName: string): Verdict =>
  couldNot(
    'NOT_REGISTERED',
    `${endpointName} is not registered`,
    'Wait until the device registers, or check the server address it is set to.',
  );
