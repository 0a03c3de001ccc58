import type { Command } from 'commander';
import type { RunSummary } from '../../contract/workbench';
import { ExitCodes, type ExitCode } from '../exit';
import { withCommonOptions, type DeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { portsOf } from '../session';

/** `history`: past updates, newest first. */
export const historyCommand = (command: Command): Command =>
  withCommonOptions(command)
    .description('past updates, newest first')
    .option('--endpoint <name>', 'of this device only')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench history --endpoint dev1');

export async function history(
  options: DeviceOptions & { readonly endpoint?: string },
  output: Output,
): Promise<ExitCode> {
  const ports = await portsOf(options);
  const runs = ports.history
    .list()
    .filter(({ endpointName }) => options.endpoint === undefined || endpointName === options.endpoint);
  for (const run of runs) output.event('run', runFields(run), runLine(run));
  if (runs.length === 0) output.message('No update was run yet.');
  return ExitCodes.DONE;
}

/** The fields of `run`: those of `plan` and `end`, and when it started. */
function runFields(run: RunSummary): object {
  const { end, plan } = run;
  const outcome = outcomeOf(run);
  return {
    endpoint: run.endpointName,
    startedAt: run.startedAt,
    image: { file: run.file, ...run.image },
    method: plan?.method,
    protocol: plan?.protocol,
    why: plan?.why,
    packageUri: plan?.packageUri,
    external: plan?.external,
    versionBefore: plan?.versionBefore ?? null,
    outcome,
    updateResult: end?.updateResult ?? null,
    resultName: end?.resultName ?? null,
    versionAfter: end?.versionAfter ?? null,
    durationMs: end?.durationMs ?? null,
    throughput: run.throughput,
    cause: end?.cause ?? (outcome === 'interrupted' ? CUT : undefined),
    next: end?.next ?? (outcome === 'interrupted' ? AFTER_CUT : undefined),
  };
}

const CUT = 'The process that ran the update ended in the middle of it.';
const AFTER_CUT = 'Start `serve`: it takes a pull up again; a push is to be run again.';

/** A run cut by the end of its process stays `interrupted` when the next server has closed its record. */
function outcomeOf({ end, interrupted }: RunSummary): string {
  if (end === undefined) return interrupted ? 'interrupted' : 'running';
  return end.code === 'INTERRUPTED' ? 'interrupted' : end.outcome;
}

function runLine(run: RunSummary): string {
  const when = new Date(run.startedAt).toISOString().slice(0, 19).replace('T', ' ');
  const versions = `${run.plan?.versionBefore ?? '?'} → ${run.end?.versionAfter ?? run.image.version ?? '?'}`;
  const how = run.plan ? `${run.plan.method} ${run.plan.protocol}` : '';
  const cause = run.end?.cause === undefined ? '' : `  ${run.end.cause}`;
  return harmless(`${when}  ${run.endpointName}  ${versions}  ${how}  ${outcomeOf(run)}${cause}`);
}
