import type { RunSummary } from '../../contract/workbench';
import { Commands } from '../ids';
import type { Row } from './row';
import { agoText, safeName } from './words';
import { spanText } from '../../contract/quantities';

/** How a run stands, as rows, icons and titles tell it. */
export type RunStanding = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'unverified' | 'interrupted';

/** How a run stands. */
export function standingOf(run: RunSummary): RunStanding {
  if (run.end) return run.end.code === 'INTERRUPTED' ? 'interrupted' : run.end.outcome;
  return run.interrupted || run.phase === 'ended' ? 'interrupted' : 'running';
}

const ICONS: Readonly<Record<RunStanding, readonly [icon: string, color: string | undefined]>> = {
  running: ['sync~spin', undefined],
  succeeded: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  cancelled: ['circle-slash', undefined],
  unverified: ['question', 'problemsWarningIcon.foreground'],
  interrupted: ['debug-disconnect', 'problemsWarningIcon.foreground'],
};

/** `1.3.9 → 1.4.0`, as far as both are known: to what was wanted, until another is known to run after a success. */
export function versionsText(run: RunSummary): string {
  const before = run.plan?.versionBefore;
  const reached = run.end?.outcome === 'succeeded' ? run.end.versionAfter : undefined;
  const after = reached ?? run.image.version;
  if (after === undefined) return before === undefined ? '' : `from ${safeName(before)}`;
  return `${before === undefined ? '' : `${safeName(before)} `}→ ${safeName(after)}`;
}

/** `integrity check failed (5)`, or the cause's code. */
export function failureName(run: RunSummary): string {
  const { end } = run;
  if (!end) return '';
  if (end.updateResult !== undefined && end.updateResult > 1)
    return `${end.resultName ?? 'update result'} (${end.updateResult})`;
  return (end.code ?? end.outcome).toLowerCase().replace(/_/g, ' ');
}

/** The row of a past or running update. */
export function updateRow(run: RunSummary, now: number): Row {
  const standing = standingOf(run);
  const [icon, color] = ICONS[standing];
  const method = run.plan ? `${run.plan.method} ${run.plan.protocol}` : '';
  const when = agoText(run.end ? run.startedAt + run.end.durationMs : run.startedAt, now);
  const told: Readonly<Record<RunStanding, readonly string[]>> = {
    running: [versionsText(run), method, 'running'],
    succeeded: [versionsText(run), method, run.end ? spanText(run.end.durationMs) : ''],
    failed: [safeName(failureName(run))],
    cancelled: ['cancelled'],
    unverified: [versionsText(run), 'not verified'],
    interrupted: ['interrupted'],
  };
  const description = [...told[standing].filter((part) => part !== ''), when].join(' · ');
  return {
    label: safeName(run.endpointName),
    description,
    tooltip: [
      `${safeName(run.endpointName)} ${versionsText(run)}`.trim(),
      run.file,
      ...(method === '' ? [] : [`by ${method}`]),
      ...(run.end?.cause === undefined ? [] : [safeName(run.end.cause)]),
      ...(standing === 'interrupted' ? ['The process ended in the middle of it.'] : []),
      `begun ${agoText(run.startedAt, now)}`,
    ].join('\n'),
    icon,
    ...(color === undefined ? {} : { iconColor: color }),
    context: standing === 'running' ? 'runRunning' : 'run',
    collapsible: 'none',
    command: { id: Commands.UPDATE_OPEN, arguments: [run.id] },
    spoken: `Update of ${safeName(run.endpointName)}, ${standing}, ${description}`,
  };
}
