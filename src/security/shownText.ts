/** C0, DEL and C1 controls, and marks that hide or turn text round. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A stranger's text made safe to show: control and direction marks as `\u000a`, cut at `limit` characters. */
export function shown(text: string, limit = 128): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNPRINTABLE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same in quotation marks, as it stands in a sentence. */
export const quoted = (text: string): string => `"${shown(text, 64)}"`;
