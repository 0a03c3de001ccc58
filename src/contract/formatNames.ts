/** Content formats by the names users write (`--format`), with their numbers (IANA CoAP Content-Formats). */
export const formatNumbers = {
  text: 0,
  link: 40,
  opaque: 42,
  cbor: 60,
  'senml-json': 110,
  'senml-cbor': 112,
  tlv: 11542,
  json: 11543,
  'lwm2m-cbor': 11544,
} as const;

/** A content format's name. */
export type FormatName = keyof typeof formatNumbers;

/** The number of a format's name, `undefined` for no such name. */
export const formatNumber = (name: string): number | undefined =>
  Object.hasOwn(formatNumbers, name) ? formatNumbers[name as FormatName] : undefined;

/** The name of a format's number, or the number itself where it has none. */
export const formatName = (number: number): string =>
  Object.entries(formatNumbers).find(([, known]) => known === number)?.[0] ?? String(number);
