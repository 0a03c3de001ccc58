const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Days of a Gregorian date since 1970-01-01: years begin in March, so that a leap day is a year's last. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const m = (month + 9) % 12;
  return (
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * m + 2) / 5) +
    day -
    719_469
  );
}

const daysIn = (year: number, month: number): number =>
  daysSince1970(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - daysSince1970(year, month, 1);

/**
 * Seconds since 1970 of a date and time (`1970-01-01T00:00:00-00:00`; RFC 3339 §5.6), a fraction left out, a leap second
 * the next one; `undefined` for what is none. A Time in CBOR and SenML CBOR may be such a string (RFC 8949 §3.4.1;
 * OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C; Zephyr `subsys/net/lib/lwm2m/lwm2m_rw_cbor.c` always writes one).
 */
export function secondsOfDateTime(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [sign, offsetHours = 0, offsetMinutes = 0] = [match[7], Number(match[8] ?? 0), Number(match[9] ?? 0)];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * 60 * (sign === '-' ? -1 : 1);
  const seconds = (daysSince1970(year, month, day) * 24 + hour) * 3600 + minute * 60 + second - offset;
  return seconds === 0 ? 0 : seconds;
}
