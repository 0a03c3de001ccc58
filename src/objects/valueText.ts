import { toHex } from '../base/bytes';
import type { LwM2mValue } from './value';

/** The most of a text or of bytes that is shown. */
const SHOWN_CHARACTERS = 200;
const SHOWN_BYTES = 16;

const two = (n: number) => String(n).padStart(2, '0');

/**
 * Seconds since 1970 as `2013-05-02T10:40:15Z` (UTC), or the bare number beyond the years 0–9999. Days to a date by the
 * 400-year cycle of the Gregorian calendar, counted from 1 March.
 */
export function printTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const second = seconds - days * 86_400;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (!Number.isInteger(seconds) || year < 0 || year > 9999) return String(seconds);
  const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}Z`;
}

/** Text made safe to show: control and direction characters escaped, cut at `limit` characters. */
export function printableText(text: string, limit = SHOWN_CHARACTERS): string {
  const shown = text.length > limit ? text.slice(0, limit) + '…' : text;
  return shown.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A value for a reader, without its unit: what a device sent is made safe and cut. */
export function printValue(value: LwM2mValue): string {
  switch (value.type) {
    case 'string':
    case 'corelnk':
      return printableText(value.value);
    case 'integer':
    case 'unsigned':
    case 'float':
    case 'boolean':
      return String(value.value);
    case 'time':
      return printTime(value.value);
    case 'objlnk':
      return `${value.value.objectId}:${value.value.instanceId}`;
    case 'opaque': {
      const { length } = value.value;
      if (length === 0) return '(0 bytes)';
      const hex = toHex(value.value.subarray(0, SHOWN_BYTES));
      return `${hex}${length > SHOWN_BYTES ? '…' : ''} (${length} ${length === 1 ? 'byte' : 'bytes'})`;
    }
  }
}
