/** Longest text of a device that is shown or kept. */
const LIMIT = 100;

/** A device's text, bounded, on one line, without control characters. */
export const bounded = (text: string): string =>
  text
    .slice(0, LIMIT)
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�')
    .trim();
