import { Stretch, imageProblem, unusable, viewOf, type Findings, type ImageReader } from './imageReader';

/** A file whose kind alone keeps it from being sent. */
class Refused implements ImageReader {
  constructor(private readonly findings: Findings) {}

  write(): void {
    // What it holds changes nothing.
  }

  end(): Findings {
    return this.findings;
  }
}

/** Intel HEX: `merged.hex`, `zephyr.hex`, `zephyr.signed.hex`. */
export const hexReader = (): ImageReader =>
  new Refused(
    unusable(
      imageProblem('NOT_FOR_THE_AIR', 'an Intel HEX file is for a programmer', {
        offset: 0,
        next: 'Send the signed .bin of the same build, zephyr.signed.bin.',
      }),
    ),
  );

/** ELF: `zephyr.elf`. */
export const elfReader = (): ImageReader =>
  new Refused(
    unusable(
      imageProblem('NOT_FOR_THE_AIR', 'an ELF file is for a debugger', {
        offset: 0,
        next: 'Send the signed .bin of the same build, zephyr.signed.bin.',
      }),
    ),
  );

/** Whether bytes begin like a Cortex-M program's vector table: a stack in RAM, a reset vector in Thumb state. */
export function looksLikeProgram(head: Uint8Array): boolean {
  if (head.length < 8) return false;
  const view = viewOf(head);
  const stack = view.getUint32(0, true);
  const reset = view.getUint32(4, true);
  return stack >>> 28 === 2 && stack % 4 === 0 && reset % 2 === 1 && reset < 0x2000_0000;
}

/** What has none of the signs that are known. */
export class UnknownReader implements ImageReader {
  private readonly head = new Stretch(0, 8);

  write(bytes: Uint8Array): void {
    this.head.add(bytes, this.head.length);
  }

  end(): Findings {
    const head = this.head.value();
    if (head.length === 0)
      return unusable(imageProblem('EMPTY', 'the file is empty', { offset: 0, next: 'Build it again.' }));
    const message = looksLikeProgram(head)
      ? "a bare program without a bootloader's header, such as an unsigned zephyr.bin"
      : 'no image that is known: neither MCUboot nor ESP-IDF nor modem firmware';
    return unusable(
      imageProblem('UNKNOWN_KIND', message, {
        offset: 0,
        next: 'Send the signed .bin of the build, zephyr.signed.bin.',
      }),
    );
  }
}
