import { certificateFacts, dayOf } from '../authority';
import { toPem } from '../publicMaterial';
import { linesOf, type Exported } from './form';

/**
 * A certificate as C: string literals to be included in an array's initializer
 * (`static const char ca[] = {⏎#include "ca.inc"⏎};`, as nRF Connect SDK's samples do). PEM, ended by the literal's NUL.
 */
export function certificateAsC(certificate: Uint8Array): Exported {
  const { subject, notAfter, fingerprint } = certificateFacts(certificate);
  const lines = toPem('CERTIFICATE', certificate).trimEnd().split('\n');
  return {
    text: linesOf([
      `/* ${commentSafe(subject)}, until ${dayOf(notAfter)}, SHA-256 ${fingerprint} */`,
      ...lines.map((line) => `"${line}\\n"`),
    ]),
    notes: ['Include it between the braces of `static const char certificate[] = { … };`.'],
  };
}

/**
 * CMake lines that make a C include of a PEM file at build time with Zephyr's `generate_inc_file_for_target`; `file`
 * is relative to the application's folder.
 */
export function certificateAsCmake(certificate: Uint8Array, file: string): Exported {
  const { subject, notAfter, fingerprint } = certificateFacts(certificate);
  const name = file.slice(file.lastIndexOf('/') + 1);
  return {
    text: linesOf([
      `# ${commentSafe(subject)}, until ${dayOf(notAfter)}, SHA-256 ${fingerprint}`,
      'generate_inc_file_for_target(app',
      `  \${CMAKE_CURRENT_SOURCE_DIR}/${file}`,
      `  \${ZEPHYR_BINARY_DIR}/include/generated/${name}.inc)`,
    ]),
    notes: [
      `In C: \`static const unsigned char certificate[] = {\`, \`#include "${name}.inc"\`, \`, 0 };\`: Mbed TLS wants PEM with its NUL.`,
    ],
  };
}

/** A name that can't end the comment it stands in. */
const commentSafe = (text: string): string => text.replace(/[^\p{L}\p{N} .:_-]/gu, '?');
