import type { LogLevel } from '../base/log';
import type { ValueView } from '../contract/device';
import type { WorkbenchEvent } from '../contract/workbench';
import { printableText } from '../base/printableText';
import { handshakeLineText } from './model/handshakeText';
import { valueText } from './model/valueWords';
import { safeName } from './model/words';
import { planWords } from '../contract/planWords';
import { sizeText } from '../contract/quantities';

/** One line of the log channel. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

const line = (level: LogLevel, endpoint: string | undefined, text: string, longest = 500): LogLine => ({
  level,
  text: `${endpoint === undefined ? '' : `${safeName(endpoint)}: `}${printableText(text, longest)}`,
});

/** The line an event writes into the log channel: the endpoint's name first. `undefined` for those that say nothing new. */
export function logLineOf(event: WorkbenchEvent): LogLine | undefined {
  switch (event.kind) {
    case 'registered': {
      const { endpoint, address, lwm2m, lifetime, binding } = event.device;
      return line(
        'info',
        endpoint,
        `registered from ${address}, LwM2M ${lwm2m}, lifetime ${lifetime} s, binding ${binding}`,
      );
    }
    case 'updated':
      return line('debug', event.device.endpoint, `updated its registration from ${event.device.address}`);
    case 'deregistered':
      return line('info', event.endpoint, 'deregistered');
    case 'expired':
      return line('warn', event.endpoint, 'expired: its lifetime passed without an update');
    case 'presence':
      return line('debug', event.endpoint, `${event.awake ? 'awake' : 'asleep'}, ${event.queued} queued`);
    case 'listening':
      return line('info', undefined, `Server listens at ${event.uri} too`);
    case 'handshake': {
      const { endpoint, outcome, verdict } = event.handshake;
      if (outcome === 'underway' && !verdict) return undefined;
      const level = outcome === 'completed' && !verdict ? 'info' : 'warn';
      return line(level, endpoint, handshakeLineText(event.handshake), 1200);
    }
    case 'captured':
      return undefined;
    case 'report': {
      const { endpoint, kind, values } = event.report;
      return line('info', endpoint, `${kind} ${valuesText(values)}`);
    }
    case 'observationEnded':
      return line('info', event.endpoint, `observation ended: ${event.reason}`);
    case 'warning':
      return line('warn', event.endpoint, event.message);
    case 'simulated':
      return line('info', event.endpoint, `simulated device ${event.running ? 'started' : 'stopped'}`);
    case 'simulatedEvent':
      return line('debug', event.endpoint, `simulated device: ${event.text}`);
    case 'update':
      return updateLine(event.endpoint, event.event);
    case 'closed':
      return line('warn', undefined, 'the server of the other window is gone');
    case 'values':
    case 'definitions':
    case 'run':
      return undefined;
  }
}

/** Most values of one notification that a line tells. */
const MOST_VALUES = 8;

function valuesText(values: readonly ValueView[]): string {
  const told = values.slice(0, MOST_VALUES).map((value) => `${value.path} = ${valueText(value)}`);
  const more = values.length - told.length;
  return `${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function updateLine(
  endpoint: string,
  event: Extract<WorkbenchEvent, { kind: 'update' }>['event'],
): LogLine | undefined {
  switch (event.kind) {
    case 'waiting':
      return line('info', endpoint, `update waits: ${event.note}`);
    case 'plan': {
      const words = planWords(event.plan);
      return line('info', endpoint, `update: ${words.method}${words.why}`);
    }
    case 'state':
      return line(
        event.legal ? 'info' : 'warn',
        endpoint,
        `update state ${event.state}, result ${event.updateResult}${event.legal ? '' : ' (illegal transition)'}${event.note === undefined ? '' : `: ${event.note}`}`,
      );
    case 'progress':
      return line(
        'trace',
        endpoint,
        `${sizeText(event.bytes)} of ${sizeText(event.total)}, ${event.retransmissions} resent`,
      );
    case 'step':
      return line('info', endpoint, `${event.text}${event.answer === undefined ? '' : ` ${event.answer}`}`);
    case 'end': {
      const { outcome, cause, versionAfter, durationMs } = event.end;
      const words = `update ${outcome} after ${(durationMs / 1000).toFixed(1)} s`;
      return line(
        outcome === 'succeeded' ? 'info' : outcome === 'failed' ? 'error' : 'warn',
        endpoint,
        `${words}${versionAfter === undefined ? '' : `, runs ${versionAfter}`}${cause === undefined ? '' : `: ${cause}`}`,
      );
    }
  }
}
