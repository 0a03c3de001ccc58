import { OperationError, errorText } from '../base/errors';
import { sentence } from '../base/sentence';
import { ExitCodes, USAGE_CODES, type ExitCode } from './exit';

/** Where a command's words go: `stdout` the result, `stderr` progress and messages. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** C0, DEL and C1 controls, and the marks that turn text round: what a hostile device could steer a terminal with. */
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Device text made harmless for a terminal: control characters become `\u00xx`. */
export const harmless = (text: string): string =>
  text.replace(STEERING, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * The output of one command. With `json`, stdout is JSON lines and nothing else; without, the text given beside each
 * event. Progress and messages go to stderr either way.
 */
export class Output {
  private bar = '';

  constructor(
    private readonly streams: Streams,
    readonly json: boolean,
  ) {}

  /** A result: one event with `--json`, else its text (nothing where it has none), each line made harmless. */
  event(name: string, fields: object, text?: string): void {
    this.clearBar();
    if (this.json) this.streams.stdout.write(JSON.stringify({ event: name, ...fields }) + '\n');
    else if (text !== undefined) this.streams.stdout.write(text.split('\n').map(harmless).join('\n') + '\n');
  }

  /** A line for whoever watches. */
  message(text: string): void {
    this.clearBar();
    this.streams.stderr.write(harmless(text) + '\n');
  }

  /** A progress bar, on a terminal only. */
  progress(label: string, done: number, total: number): void {
    if (!this.streams.stderr.isTTY || total <= 0) return;
    const share = Math.min(1, done / total);
    const filled = Math.round(share * 30);
    this.bar = `${label} ${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${Math.floor(share * 100)} %`;
    this.streams.stderr.write(`\r\x1b[2K${this.bar}`);
  }

  /** What ended the command, as the last line of stderr: what happened, and what to do next. */
  verdict(what: string, next?: string): void {
    this.message(next === undefined ? what : `${sentence(what)} ${next}`);
  }

  /** What kept the command from being done; the exit code that says so. */
  failure(error: unknown): ExitCode {
    if (error instanceof OperationError && error.code === 'INTERRUPTED') {
      this.verdict(sentence(error.message), error.next);
      return ExitCodes.INTERRUPTED;
    }
    const code = error instanceof OperationError ? error.code : 'INTERNAL';
    const message = sentence(errorText(error));
    const next =
      (error instanceof OperationError ? error.next : undefined) ??
      'Run it again with --verbose and report the output.';
    if (this.json) this.event('error', { code, message, next });
    this.verdict(message, next);
    return USAGE_CODES.has(code) ? ExitCodes.USAGE : ExitCodes.NOT_DONE;
  }

  private clearBar(): void {
    if (this.bar === '') return;
    this.streams.stderr.write('\r\x1b[2K');
    this.bar = '';
  }
}
