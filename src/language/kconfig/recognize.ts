import type { Fragment, FragmentKind } from './fragment';

const NAMED: readonly (readonly [RegExp, FragmentKind])[] = [
  [/^prj([_-][^/]+)?\.conf$/, 'prj'],
  [/^sysbuild([_-][^/]+)?\.conf$/, 'sysbuild'],
  [/^(overlay|extra)([_.-][^/]+)?\.conf$/, 'overlay'],
  [/[._-](overlay|extra)\.conf$/, 'overlay'],
];

/**
 * What a file is, by its name and folder alone, whatever language another extension calls it: `prj.conf`,
 * `prj_release.conf`, `boards/<board>.conf`, `overlay-dtls.conf`, `sysbuild.conf`, `sysbuild/mcuboot.conf`,
 * `build/app/zephyr/.config`. `undefined`: no fragment of ours. Takes paths and URIs.
 */
export function fragmentKind(path: string): FragmentKind | undefined {
  const parts = path.replaceAll('\\', '/').split('/');
  const name = parts.pop() ?? '';
  const folder = parts.at(-1);
  const built = parts.some((part) => /^_?build([._-].*)?$/.test(part));
  if (name === '.config') return built || folder === 'zephyr' ? 'generated' : undefined;
  // What a build copies or writes is not what its author edits.
  if (built || !name.endsWith('.conf')) return undefined;
  if (folder === 'boards') return 'board';
  if (folder === 'sysbuild') return 'sysbuild';
  return NAMED.find(([pattern]) => pattern.test(name))?.[1];
}

const CONCERNED = /LWM2M|ANJAY|FOTA_DOWNLOAD|DOWNLOADER|DOWNLOAD_CLIENT|MCUBOOT/;

/** Whether a fragment is about LwM2M or an update at all: all others are left alone. */
export const concerns = ({ text }: Pick<Fragment, 'text'>): boolean => CONCERNED.test(text);
