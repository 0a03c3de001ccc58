import { printableText } from '../base/printableText';

/** A stranger's text made safe to show, as long as an identity may be. */
export const shown = (text: string, limit = 128): string => printableText(text, limit);

/** The same in quotation marks, as it stands in a sentence. */
export const quoted = (text: string): string => `"${shown(text, 64)}"`;
