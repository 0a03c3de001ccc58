import type { RunRecord, UpdateEvent } from '../../fota/run';
import { clockText } from './arrivalsText';
import { kindWords } from './buildRows';
import { failureName, standingOf, versionsText } from './updateRows';
import { planWords } from '../../contract/planWords';
import { rateText, sizeText } from '../../contract/quantities';
import { printableText } from '../../base/printableText';

/** Text from a device or a path, so that no Markdown of its own comes into effect. */
const code = (text: string, limit = 300): string => `\`${printableText(text, limit).replace(/`/g, 'ˋ')}\``;

/** A run for a bug report: facts as a table, the timeline line by line. */
export function runMarkdown(record: RunRecord): string {
  const { plan, end, image } = record;
  const words = plan && planWords(plan);
  const rows: [string, string | undefined][] = [
    ['Device', code(record.endpointName)],
    ['Outcome', `${standingOf(record)}${end && end.outcome === 'failed' ? `, ${failureName(record)}` : ''}`],
    ['Versions', versionsText(record) === '' ? undefined : code(versionsText(record))],
    ['Image', `${code(record.file)}, ${kindWords[image.kind]}, ${image.size} bytes`],
    ['SHA-256', code(image.sha256)],
    ['Method', words && `${words.method}: ${code(words.why.replace(/^[:\s]+/, ''), 400)}`],
    ['Package URI', plan?.packageUri === undefined ? undefined : code(plan.packageUri)],
    ['Begun', new Date(record.startedAt).toISOString()],
    ['Duration', end && `${(end.durationMs / 1000).toFixed(1)} s`],
    ['Throughput', record.throughput === undefined ? undefined : rateText(record.throughput)],
    ['Sent', `${sizeText(record.bytes)} of ${sizeText(image.size)}`],
    ['Cause', end?.cause === undefined ? undefined : code(end.cause, 500)],
    ['Next step', end?.next === undefined ? undefined : code(end.next, 500)],
    ['State afterwards', end?.stateAfter],
    ['Version afterwards', end?.versionAfter === undefined ? undefined : code(end.versionAfter)],
  ];
  return [
    `### Firmware update of ${code(record.endpointName)}`,
    '',
    '| | |',
    '|---|---|',
    ...rows
      .filter((row): row is [string, string] => row[1] !== undefined)
      .map(([name, value]) => `| ${name} | ${value.replace(/\|/g, '\\|')} |`),
    '',
    '```text',
    ...record.events.map((event) => `${clockText(event.at)}  ${eventText(event).replace(/```/g, "'''")}`),
    '```',
    '',
  ].join('\n');
}

function eventText(event: UpdateEvent): string {
  switch (event.kind) {
    case 'waiting':
      return `waits: ${printableText(event.note, 400)}`;
    case 'plan':
      return `plan: ${event.plan.method} over ${event.plan.protocol}`;
    case 'state':
      return `state ${event.state}, result ${event.updateResult}${event.legal ? '' : '  ILLEGAL TRANSITION'}${event.note === undefined ? '' : `  (${printableText(event.note, 200)})`}`;
    case 'progress':
      return `${event.bytes} of ${event.total} bytes, ${event.retransmissions} resent`;
    case 'step':
      return `${printableText(event.text, 400)}${event.answer === undefined ? '' : `  ${event.answer}`}`;
    case 'end':
      return `end: ${event.end.outcome}${event.end.code === undefined ? '' : ` ${event.end.code}`}`;
  }
}
