import { toHex } from '../../base/bytes';
import { credentialDigest, type PskCredential } from '../credential';

/** A credential, or a certificate, in the words of another tool. */
export interface Exported {
  /** What is copied, each line ended with `\n`. */
  readonly text: string;
  /** What to know before it is used, as sentences; they tell no secret. */
  readonly notes: readonly string[];
}

/** Whether secrets stand in what is exported; without it a digest stands in their place. */
export interface Reveal {
  readonly reveal: boolean;
}

/** The key in lower-case hexadecimal, or what stands in its place. */
export const shownKey = (credential: PskCredential, { reveal }: Reveal): string =>
  reveal ? toHex(credential.key) : `<hidden, SHA-256 ${credentialDigest(credential)}…>`;

/** The note that belongs to a hidden key. */
export const hiddenNote = ({ reveal }: Reveal): readonly string[] =>
  reveal ? [] : ['The key is hidden; it is shown when that is asked for.'];

/** Lines as one text. */
export const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** What the user has already said about a pasted credential that doesn't say it itself. */
export interface PastedFor {
  readonly endpointName?: string;
  /** Default: the endpoint name. */
  readonly identity?: string;
}

/** Characters an imported text may have. */
export const MAX_IMPORT = 1024 * 1024;
