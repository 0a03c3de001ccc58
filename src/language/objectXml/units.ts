import type { UnitTable } from '../../objects/registryTable';
import { nearest } from './spelling';

/** What the codes of units stand for (SenML's of RFC 8428 §12.1 and RFC 8798, IANA's additions, OMA's). */
const MEANINGS: ReadonlyMap<string, string> = new Map(
  `m|metres; kg|kilograms; g|grams; s|seconds; A|amperes; K|kelvin; cd|candela; mol|moles; Hz|hertz; rad|radians
sr|steradians; N|newtons; Pa|pascals; J|joules; W|watts; C|coulombs (electric charge); V|volts; F|farads; Ohm|ohms
S|siemens; Wb|webers; T|teslas; H|henries; Cel|degrees Celsius; lm|lumens; lx|lux; Bq|becquerels; Gy|grays
Sv|sieverts; kat|katals; m2|square metres; m3|cubic metres; l|litres; m/s|metres per second
m/s2|metres per second squared; m3/s|cubic metres per second; l/s|litres per second; W/m2|watts per square metre
cd/m2|candela per square metre (luminance); bit|bits; bit/s|bits per second; lat|degrees of latitude, north positive
lon|degrees of longitude, east positive; pH|acidity (pH); dB|decibels; dBW|decibels relative to one watt
Bspl|bels of sound pressure level; count|a count: 1, 2, 3 …; /|a ratio: 1 is the whole; %|percent of the whole
%RH|percent of relative humidity; %EL|percent of the energy left in a battery; EL|seconds that a battery will last
1/s|events per second; 1/min|events per minute; beat/min|heart beats per minute; beats|heart beats, counted
S/m|siemens per metre (conductivity); B|bytes; VA|volt-amperes (apparent power); VAs|volt-ampere seconds
var|volt-amperes reactive (reactive power); vars|volt-ampere-reactive seconds; J/m|joules per metre
kg/m3|kilograms per cubic metre; deg|degrees of an angle; NTU|nephelometric turbidity units; ms|milliseconds
min|minutes; h|hours; MHz|megahertz; kW|kilowatts; kVA|kilovolt-amperes; kvar|kilovars; Ah|ampere-hours
Wh|watt-hours; kWh|kilowatt-hours; varh|var-hours; kvarh|kilovar-hours; kVAh|kilovolt-ampere hours
Wh/km|watt-hours per kilometre; KiB|kibibytes: 1024 bytes; GB|gigabytes: 10⁹ bytes; Mbit/s|megabits per second
B/s|bytes per second; MB/s|megabytes per second; mV|millivolts; mA|milliamperes; dBm|decibels relative to one milliwatt
ug/m3|micrograms per cubic metre; mm/h|millimetres per hour (rain); m/h|metres per hour; ppm|parts per million
/100|hundredths of the whole (percent); /1000|thousandths of the whole; hPa|hectopascals; mm|millimetres
cm|centimetres; km|kilometres; km/h|kilometres per hour; ppb|parts per billion (10⁻⁹); ppt|parts per trillion (10⁻¹²)
VAh|volt-ampere hours; mg/l|milligrams per litre; ug/l|micrograms per litre; g/l|grams per litre
Ws|watt-seconds: joules`
    .split(/[;\n]/)
    .map((entry) => entry.trim().split('|') as [string, string]),
);

/** What a unit's code means, in words; `undefined` for one that isn't known here. */
export const unitMeaning = (code: string): string | undefined => MEANINGS.get(code);

/** A unit in place of one that SenML discourages (RFC 8428 §12.1): `factor` times the old value is the new one. */
export interface UnitReplacement {
  readonly code: string;
  /** How the numbers change, in words. */
  readonly scale: string;
}

const REPLACEMENTS: ReadonlyMap<string, UnitReplacement> = new Map([
  ['g', { code: 'kg', scale: '1000 g are 1 kg' }],
  ['l', { code: 'm3', scale: '1000 l are 1 m3' }],
  ['l/s', { code: 'm3/s', scale: '1000 l/s are 1 m3/s' }],
  ['Bspl', { code: 'dB', scale: '1 Bspl is 10 dB' }],
  ['%', { code: '/', scale: '100 % are 1' }],
  ['1/min', { code: '1/s', scale: '60 1/min are 1 1/s' }],
  ['beat/min', { code: '1/s', scale: '60 beat/min are 1 1/s' }],
  ['beats', { code: 'count', scale: 'the numbers stay the same' }],
  ['deg', { code: 'rad', scale: '180 deg are π rad' }],
]);

/** What stands in for a discouraged unit. */
export const unitReplacement = (code: string): UnitReplacement | undefined => REPLACEMENTS.get(code);

/** Every code that is known, SenML's primary ones first; `extra`: those that the user's setting adds. */
export const knownUnits = (
  { primary, secondary, oma }: UnitTable,
  extra: readonly string[] = [],
): readonly string[] => [...primary, ...secondary, ...oma, ...extra];

/** Other spellings of the very same unit, lower case and without blanks. */
const SAME: Readonly<Record<string, string>> = {
  '°c': 'Cel',
  ºc: 'Cel',
  '℃': 'Cel',
  degc: 'Cel',
  celsius: 'Cel',
  degreescelsius: 'Cel',
  degreecelsius: 'Cel',
  cels: 'Cel',
  kelvin: 'K',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  msec: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  minute: 'min',
  minutes: 'min',
  mins: 'min',
  hour: 'h',
  hours: 'h',
  hr: 'h',
  hrs: 'h',
  ohms: 'Ohm',
  ω: 'Ohm',
  volt: 'V',
  volts: 'V',
  millivolt: 'mV',
  millivolts: 'mV',
  ampere: 'A',
  amperes: 'A',
  amp: 'A',
  amps: 'A',
  watt: 'W',
  watts: 'W',
  joule: 'J',
  joules: 'J',
  hertz: 'Hz',
  metre: 'm',
  meter: 'm',
  metres: 'm',
  meters: 'm',
  'm²': 'm2',
  'm^2': 'm2',
  'm³': 'm3',
  'm^3': 'm3',
  'm³/s': 'm3/s',
  'm/s²': 'm/s2',
  'm/s^2': 'm/s2',
  'μg/m³': 'ug/m3',
  'μg/m3': 'ug/m3',
  'µg/m³': 'ug/m3',
  lux: 'lx',
  lumen: 'lm',
  byte: 'B',
  bytes: 'B',
  octets: 'B',
  bits: 'bit',
  bps: 'bit/s',
  'bits/s': 'bit/s',
  mbps: 'Mbit/s',
  kmh: 'km/h',
  'km/hr': 'km/h',
  kph: 'km/h',
  'r.h.': '%RH',
  rh: '%RH',
  '%rh': '%RH',
  '%r.h.': '%RH',
  percent: '%',
  degree: 'deg',
  degrees: 'deg',
  '°': 'deg',
  rpm: '1/min',
  bpm: 'beat/min',
  kwhr: 'kWh',
};
/** Units that are likely meant, though the numbers may be of another scale. */
const LIKELY: Readonly<Record<string, string>> = { kb: 'KiB', kbytes: 'KiB', kilobytes: 'KiB' };

/** The code that is likely meant by an unknown one; `same`: the very same unit, so that the numbers stand. */
export function likelyUnit(
  text: string,
  known: readonly string[],
): { readonly code: string; readonly same: boolean } | undefined {
  const plain = text.toLowerCase().replace(/\s+/g, '');
  const of = (table: Readonly<Record<string, string>>): string | undefined =>
    Object.hasOwn(table, plain) ? table[plain] : undefined;
  const same = of(SAME);
  if (same !== undefined && known.includes(same)) return { code: same, same: true };
  const likely = of(LIKELY);
  if (likely !== undefined && known.includes(likely)) return { code: likely, same: false };
  const otherCase = known.filter((code) => code.toLowerCase() === plain);
  if (otherCase.length === 1 && otherCase[0] !== undefined)
    return { code: otherCase[0], same: plain.length > 2 };
  const spelt = nearest(
    text,
    known.filter((code) => code.length > 2),
  );
  return spelt === undefined ? undefined : { code: spelt, same: false };
}
