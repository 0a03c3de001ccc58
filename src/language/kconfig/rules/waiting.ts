/** A rule, or a part of one, that fragments alone can't decide. */
export interface WaitingRule {
  /** Its number among the facts. */
  readonly number: number;
  /** What it asks. */
  readonly asks: string;
  /** What it waits for. */
  readonly for: 'a device' | 'earlier builds' | 'other files of the folder';
  readonly why: string;
}

/** What waits for the diagnosis of a device, or for what a build left behind. */
export const waitingRules: readonly WaitingRule[] = [
  {
    number: 32,
    asks: 'no key in Kconfig and none on the tag',
    for: 'a device',
    why: 'which keys the modem holds is known from AT%CMNG alone',
  },
  {
    number: 41,
    asks: 'host or file name of a Package URI longer than the download library’s buffers',
    for: 'a device',
    why: 'the URI is known when an update is planned',
  },
  {
    number: 46,
    asks: 'a version that is that of the image before',
    for: 'earlier builds',
    why: 'the version of the image before is known from its header or its run',
  },
  {
    number: 46,
    asks: 'a version in Kconfig beside a VERSION file, which the line overrides',
    for: 'other files of the folder',
    why: 'a configuration holds fragments and the folder’s Kconfig only',
  },
  {
    number: 49,
    asks: 'connection IDs with modem firmware before 1.3.5',
    for: 'a device',
    why: 'the modem tells its firmware (AT%SHORTSWVER)',
  },
  {
    number: 64,
    asks: 'another bootstrap URI than the device was flashed with (nRF Connect SDK 2.1 and before)',
    for: 'earlier builds',
    why: 'what the device was flashed with is known from its build',
  },
];
