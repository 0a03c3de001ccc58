import type { Command } from 'commander';
import { OperationError } from '../../base/errors';
import { openCatalogue } from '../../host/catalogue';
import { objectView } from '../../host/views';
import type { ObjectDefinition } from '../../objects/definition';
import { ExitCodes, type ExitCode } from '../exit';
import { collect, withCommonOptions, type DeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { objectFolders, basePortsOf } from '../session';

/** `objects`: object definitions known, the user's own first. */
export const objectsCommand = (command: Command): Command =>
  withCommonOptions(command)
    .description("object definitions known, the user's own first")
    .argument('[id]', 'ID or ID/VERSION; without it every object in every version')
    .option('--objects <dir>', 'a folder of object XML of your own; may be repeated', collect)
    .addHelpText('after', '\nExample:\n  lwm2m-workbench objects 5/1.1');

export async function objects(
  which: string | undefined,
  options: DeviceOptions & { readonly objects?: readonly string[] },
  output: Output,
): Promise<ExitCode> {
  const match = /^(\d{1,5})(?:\/(\d+\.\d+))?$/.exec(which ?? '0');
  if (!match)
    throw new OperationError('USAGE', `${JSON.stringify(which)} is no object ID`, {
      next: 'Write it as 5 or 5/1.1.',
    });
  const ports = basePortsOf(options);
  const catalogue = await openCatalogue(ports, await objectFolders(ports, options.objects), (warning) =>
    output.message(warning),
  );
  const [, id, version] = match;
  await catalogue.ready();
  const all = catalogue
    .all()
    .filter(
      (definition) =>
        which === undefined ||
        (definition.id === Number(id) && (version === undefined || definition.version === version)),
    );
  for (const definition of all)
    output.event('object', objectView(definition), objectText(definition, which !== undefined));
  if (all.length > 0) return ExitCodes.DONE;
  output.verdict(
    `No definition of object ${which ?? ''} is known.`,
    'Name the folder of its XML with --objects.',
  );
  return ExitCodes.NO;
}

function objectText(definition: ObjectDefinition, whole: boolean): string {
  const head = `${definition.id}  ${definition.version}  ${definition.name}${definition.source === 'registry' ? '' : `  (${definition.source})`}`;
  if (!whole) return harmless(head);
  const lines = [...definition.resources.values()].map(
    ({ id, name, operations, type, units }) =>
      `  ${String(id).padStart(5)}  ${operations.padEnd(2)}  ${(type ?? '').padEnd(8)}  ${name}${units ? ` [${units}]` : ''}`,
  );
  return [head, ...lines].map(harmless).join('\n');
}
