import { fromBase64, toHex } from '../../base/bytes';
import type { ValueView } from '../../contract/device';
import type { ResourceView } from '../../contract/workbench';
import { UpdateResultNames, UpdateStates } from '../../fota/vocabulary';
import { printableText } from '../../base/printableText';
import { printTime } from '../../objects/valueText';

const LONGEST_VALUE = 120;
const SHOWN_BYTES = 16;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What numbers of standard resources mean (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E), by object and resource. */
const MEANINGS: Readonly<Record<string, (n: number) => string | undefined>> = {
  '5/3': (n) => UpdateStates[n] && capital(UpdateStates[n]),
  '5/5': (n) => UpdateResultNames[n] && capital(UpdateResultNames[n]),
  '5/8': (n) => ['CoAP', 'CoAPS', 'HTTP', 'HTTPS', 'CoAP over TCP', 'CoAP over TLS'][n],
  '5/9': (n) => ['Pull only', 'Push only', 'Push and pull'][n],
  '3/6': (n) =>
    [
      'DC',
      'Internal battery',
      'External battery',
      'Fuel cell',
      'Power over Ethernet',
      'USB',
      'AC mains',
      'Solar',
    ][n],
  '3/11': (n) =>
    [
      'No error',
      'Low battery power',
      'External power supply off',
      'GPS module failure',
      'Low received signal strength',
      'Out of memory',
      'SMS failure',
      'IP connectivity failure',
      'Peripheral malfunction',
    ][n],
  '3/20': (n) => ['Normal', 'Charging', 'Charge complete', 'Damaged', 'Low battery', 'Not installed'][n],
  '1/7': () => undefined,
};

/** The word for a number of a standard resource, where there is one. */
export function meaningOf(objectId: number, resourceId: number, value: unknown): string | undefined {
  return typeof value === 'number' ? MEANINGS[`${objectId}/${resourceId}`]?.(value) : undefined;
}

/** A value for a reader, bounded and harmless, without its unit. */
export function valueText({ value, type }: Pick<ValueView, 'value' | 'type'>): string {
  if (type === 'time' && typeof value === 'number')
    return printTime(value).replace('T', ' ').replace('Z', ' UTC');
  if (type === 'opaque' && typeof value === 'string') {
    const bytes = fromBase64(value) ?? new Uint8Array(0);
    const hex = toHex(bytes.subarray(0, SHOWN_BYTES));
    return `${hex}${bytes.length > SHOWN_BYTES ? '…' : ''} (${bytes.length} bytes)`.trim();
  }
  if (type === 'float' && typeof value === 'number') return String(Number(value.toPrecision(7)));
  if (typeof value === 'string') return value === '' ? '(empty)' : printableText(value, LONGEST_VALUE);
  return printableText(JSON.stringify(value), LONGEST_VALUE);
}

/** A value with what it means or its unit: `21.4 Cel`, `Downloading`. */
export function valueWords(
  objectId: number,
  resource: Pick<ResourceView, 'id' | 'units'>,
  value: Pick<ValueView, 'value' | 'type'>,
  units = resource.units,
): string {
  const meaning = meaningOf(objectId, resource.id, value.value);
  if (meaning !== undefined) return meaning;
  return units === undefined || units === ''
    ? valueText(value)
    : `${valueText(value)} ${printableText(units, 16)}`;
}
