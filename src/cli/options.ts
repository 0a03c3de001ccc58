import { InvalidArgumentError, type Command } from 'commander';

/** Options of every command that talks to devices. */
export interface DeviceOptions {
  readonly json?: true;
  readonly control?: string;
  readonly state?: string;
  readonly verbose?: true;
}

/** `--json`, `--state`, `--verbose`: on every command. */
export const withCommonOptions = (command: Command): Command =>
  command
    .option('--json', 'stdout is JSON lines, one event a line')
    .option('--state <dir>', "registrations, offers and history (default: this user's state folder)")
    .option('--verbose', 'log to stderr');

/** The above and `--control`: on every command that talks to devices. */
export const withDeviceOptions = (command: Command): Command =>
  withCommonOptions(command).option(
    '--control <path>',
    "control socket of a running server (default: this user's running one)",
  );

/** Adds a repeated option's value to those before it. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** A number of an option, within bounds. Commander tells the user what is wrong. */
export const numberWithin =
  (least: number, most: number, whole = false) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    if (whole && !Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
    return value;
  };

/** One of several words. */
export const oneOf =
  <T extends string>(...words: readonly T[]) =>
  (text: string): T => {
    const word = words.find((known) => known === text);
    if (word === undefined) throw new InvalidArgumentError(`It must be one of: ${words.join(', ')}.`);
    return word;
  };
