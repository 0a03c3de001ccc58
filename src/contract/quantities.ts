/** `7 bytes`, `248 KiB`, `1.5 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const kib = bytes / 1024;
  if (kib < 1024) return `${kib < 10 ? trimmed(kib) : Math.round(kib)} KiB`;
  const mib = kib / 1024;
  return `${mib < 10 ? trimmed(mib) : Math.round(mib)} MiB`;
}

const trimmed = (n: number): string => n.toFixed(1).replace(/\.0$/, '');

/** `3 s`, `4 min`, `2 h`, `5 d`; times below a second are `0 s`. */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `9.8 KiB/s` */
export const rateText = (bytesPerSecond: number): string => `${sizeText(Math.round(bytesPerSecond))}/s`;
