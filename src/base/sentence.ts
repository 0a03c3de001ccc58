/** A text that ends like a sentence, so that another can follow it. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
