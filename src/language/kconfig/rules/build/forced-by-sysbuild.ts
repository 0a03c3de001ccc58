import type { Fix } from '../../../problem';
import type { Configuration } from '../../configuration';
import { versionIn } from '../../existence';
import type { Assignment, Fragment } from '../../fragment';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { intoSysbuild, takenOut, writtenValue } from './sysbuildEdits';
import { choiceNameOf, isSysbuild, sysbuildName } from './sysbuildNames';

function fixesOf(
  configuration: Configuration,
  fragment: Fragment,
  assignment: Assignment,
  name: string,
): readonly Fix[] {
  const { sysbuild } = configuration;
  const removed = {
    kind: 'edit',
    uri: fragment.uri,
    edits: [takenOut(fragment, assignment)],
  } as const;
  const value = writtenValue(fragment, assignment);
  const rival = sysbuild?.assignments.find(({ symbol }) => choiceNameOf(symbol) === choiceNameOf(name));
  const isSame = rival?.symbol === name && sysbuild && writtenValue(sysbuild, rival) === value;
  // A member of a choice that is off is off in sysbuild as well.
  const isIdle = value === 'n';
  const remove: Fix = {
    title: `Remove the line of ${assignment.symbol}`,
    preferred: isSame === true || isIdle,
    changes: [removed],
  };
  const added = rival || isIdle ? undefined : intoSysbuild(configuration, `${name}=${value}`);
  if (!added) return [remove];
  const move: Fix = {
    title: `Move it to ${sysbuild ? '' : 'a new '}sysbuild.conf as ${name}=${value}`,
    preferred: true,
    changes: [added, removed],
  };
  return [move, remove];
}

export const rule: KconfigRule = {
  code: 'kconfig/forced-by-sysbuild',
  number: 43,
  severity: 'warning',
  document:
    'Under sysbuild the bootloader, its mode and the key that signs images are options of sysbuild: it writes ' +
    "CONFIG_BOOTLOADER_MCUBOOT, CONFIG_MCUBOOT_SIGNATURE_KEY_FILE and CONFIG_MCUBOOT_BOOTLOADER_MODE_… into every image's " +
    'configuration, over what an application fragment says. Such a line misleads who reads it: say it in sysbuild.conf.',
  check(configuration) {
    const { platform, symbols, fragments } = configuration;
    if (!isSysbuild(configuration, versionIn(platform, symbols, '2.7'))) return [];
    return fragments
      .filter(({ kind }) => kind !== 'generated' && kind !== 'sysbuild')
      .flatMap(({ fragment }) =>
        fragment.assignments.flatMap((assignment): KconfigFinding[] => {
          const name = sysbuildName(assignment.symbol);
          if (name === undefined) return [];
          return [
            {
              uri: fragment.uri,
              range: assignment.range,
              message: `${assignment.symbol}=${writtenValue(fragment, assignment)} has no effect: sysbuild sets ${assignment.symbol} from ${name} of sysbuild.conf`,
              fixes: fixesOf(configuration, fragment, assignment, name),
            },
          ];
        }),
      );
  },
};
