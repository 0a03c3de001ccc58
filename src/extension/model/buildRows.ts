import type { ImageFacts } from '../../firmware/image/facts';
import { Commands } from '../ids';
import type { Row } from './row';
import { agoText, safeName } from './words';
import { sizeText } from '../../contract/quantities';

/** A build output that was found, with what its bytes say. */
export interface FoundBuild {
  /** Absolute path. */
  readonly file: string;
  /** The application or image: `app`, `mcuboot`. */
  readonly name: string;
  /** Path for a reader, relative to the workspace folder where it is inside. */
  readonly shownPath: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly size: number;
  /** Absent where it isn't for the air and was not read. */
  readonly facts?: ImageFacts;
  /** Why it can't be sent. */
  readonly notForTheAir?: string;
}

/** Whether a build can go to a device as it is. */
export const canBePushed = (build: FoundBuild): boolean =>
  build.notForTheAir === undefined && build.facts?.sendable === true;

/** Builds newest first, those that can be pushed before the others. */
export const sortBuilds = (builds: readonly FoundBuild[]): readonly FoundBuild[] =>
  [...builds].sort(
    (a, b) =>
      Number(canBePushed(b)) - Number(canBePushed(a)) ||
      b.modified - a.modified ||
      a.file.localeCompare(b.file),
  );

/** `1.5.0+2 · 248 KiB · 12 s ago` */
export const buildFactsText = (build: FoundBuild, now: number): string =>
  [
    ...(build.facts?.version === undefined ? [] : [safeName(build.facts.version)]),
    sizeText(build.size),
    agoText(build.modified, now),
  ].join(' · ');

/** What is to be known of a build before it is pushed: its problems, and whether a device runs that version already. */
export function buildRemarks(build: FoundBuild, runningVersions: readonly string[]): readonly string[] {
  const remarks = (build.facts?.problems ?? []).map(({ message }) => message);
  const version = build.facts?.version;
  if (version !== undefined && runningVersions.some((running) => sameVersion(running, version)))
    remarks.push('same version as the device');
  if (build.notForTheAir === undefined) return remarks;
  return [build.notForTheAir, ...remarks.filter((remark) => remark !== build.notForTheAir)];
}

/** Whether a device's version text names a build's version; a build number of 0 may be left out. */
export const sameVersion = (running: string, built: string): boolean =>
  running.trim().replace(/\+0$/, '').replace(/^v/, '') === built.trim().replace(/\+0$/, '').replace(/^v/, '');

/** A remark that begins with the build's name, beside which it stands. */
const withoutName = (remark: string, name: string): string =>
  remark.startsWith(`${name} `) ? remark.slice(name.length + 1) : remark;

/** The row of a build. */
export function buildRow(build: FoundBuild, runningVersions: readonly string[], now: number): Row {
  const pushable = canBePushed(build);
  const remarks = buildRemarks(build, runningVersions);
  const version = build.facts?.version;
  // A row is cut at its end: what keeps a build from being pushed comes before how large and how old it is.
  const description = [
    ...(pushable && version !== undefined ? [safeName(version)] : []),
    ...remarks.slice(0, 1).map((remark) => (pushable ? `⚠ ${remark}` : withoutName(remark, build.name))),
    ...(pushable || build.notForTheAir === undefined
      ? [sizeText(build.size), agoText(build.modified, now)]
      : []),
  ].join(' · ');
  return {
    label: safeName(build.name),
    description,
    tooltip: [
      build.shownPath,
      ...(build.facts
        ? [
            `${kindWords[build.facts.kind]}${build.facts.version === undefined ? '' : `, version ${safeName(build.facts.version)}`}, ${sizeText(build.size)}`,
            `sha256 ${build.facts.sha256}`,
          ]
        : []),
      ...remarks,
      ...(build.facts?.problems ?? []).flatMap(({ next }) => (next === undefined ? [] : [`→ ${next}`])),
    ].join('\n'),
    icon: pushable ? (remarks.length > 0 ? 'warning' : 'file-binary') : 'circle-slash',
    ...(pushable ? {} : { iconColor: 'disabledForeground' }),
    context: pushable ? 'build' : 'notForTheAir',
    collapsible: 'none',
    command: { id: Commands.BUILD_REVEAL, arguments: [build] },
    spoken: `Build ${safeName(build.name)}, ${description}`,
  };
}

/** Image kinds in words. */
export const kindWords: Readonly<Record<ImageFacts['kind'], string>> = {
  mcuboot: 'MCUboot image',
  'modem-delta': 'modem delta image',
  'modem-full': 'full modem image',
  esp: 'ESP-IDF application image',
  zip: 'zip package',
  hex: 'Intel HEX file',
  elf: 'ELF file',
  unknown: 'unknown kind of image',
};
