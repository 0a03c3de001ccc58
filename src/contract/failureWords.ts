import type { UpdateEnd } from '../fota/run';

/** What a failure of an update usually comes from, by Update Result (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E.6). */
const BY_RESULT: Readonly<Record<number, string>> = {
  2: 'The image is larger than the slot the device keeps for it, or old data still fills its storage.',
  3: 'The device’s heap or its block buffer is too small for this transfer. A smaller block size often helps.',
  4: 'The link broke or a firewall forgot the way back. With a pull, the device may not reach the address in the Package URI; with a secured one, its key or the certificate it trusts may not be this server’s.',
  5: 'The image is signed with another key, was built for another board, or was changed on the way. A merged or unsigned file ends like this too.',
  6: 'The device expects another kind of file: MCUboot wants the signed image (zephyr.signed.bin), not .hex, .elf or merged output.',
  7: 'The device can’t parse or resolve the Package URI, or it is longer than the device’s buffer. A secured download without its key ends like this too.',
  8: 'The bootloader didn’t accept or keep the image: wrong signature, a version not above the running one, or it was not confirmed after its first start.',
  9: 'The device speaks another protocol than the one offered. Its 5/0/8 says which it knows.',
  10: 'The update was cancelled on the device or by another server.',
  11: 'The device puts the update off until it is allowed: a user’s consent, a charged battery, an idle hour.',
  12: 'Another component is being updated, or the device is in a state that forbids it.',
  13: 'Another component has to be updated first.',
};

const BY_CODE: readonly (readonly [pattern: RegExp, words: string])[] = [
  [
    /^(NEVER_FETCHED|UNREACHABLE)$/,
    'The device can’t reach the address in the Package URI: another network, a firewall, NAT in between, or a name it can’t resolve.',
  ],
  [/^STALLED/, 'The device fell silent: out of reach, asleep, restarted, or stuck while it wrote to flash.'],
  [
    /^REBOOTED/,
    'The device restarted in the middle of the transfer: a watchdog, a brown-out, or a stack overflow while it wrote to flash.',
  ],
  [
    /^TRANSFER_/,
    'The device gave the transfer up: its link changed, its buffer ran over, or its flash could not be written.',
  ],
  [
    /^PACKAGE_REFUSED$/,
    'The device doesn’t take images by push, or not of this size; some answer so while an earlier update isn’t reset.',
  ],
  [/^URI_REFUSED$/, 'The device’s buffer is shorter than the Package URI, or it doesn’t pull.'],
  [/^EXECUTE_REFUSED$/, 'The device is not in Downloaded any more, or it may not restart now.'],
  [
    /^(BAD_URI_TEMPLATE|NO_URI_VALUE|URI_TOO_LONG)$/,
    'The template of the Package URI gives no URI that this device and image can have: a field without a value, or more than 255 bytes.',
  ],
  [
    /^URI_(NOT_OURS|NOT_EXTERNAL|PATH_|NOT_FOR_PUSH)|^EXTERNAL_WITHOUT_URI$|^PROTOCOL_NOT_FOR_URI$/,
    'The Package URI that was asked for doesn’t go with the server, the protocol or the method chosen.',
  ],
  [
    /^(METHOD|PROTOCOL)_NOT/,
    'Settings ask for a way that the device’s 5/0/8 or 5/0/9 rules out; Zephyr’s pull support is a Kconfig option of its own.',
  ],
  [/^NOT_LISTENING$/, 'The server has no listener for that protocol where the device could reach it.'],
  [
    /^NOT_REGISTERED$/,
    'The device’s lifetime ended or it deregistered: it restarted, or its address changed.',
  ],
  [/^ONLY_33629/, 'This device has only Advanced Firmware Update (33629), which this version doesn’t drive.'],
  [/^NO_FIRMWARE_OBJECT/, 'The application is built without the Firmware Update object.'],
  [
    /VERSION/,
    'The bootloader went back to the old image, or the version lives in another resource than the one that was read.',
  ],
];

/** What a failed update usually is, in a sentence or two; `undefined` where nothing general can be said. */
export function usualCause(end: UpdateEnd): string | undefined {
  if (end.outcome === 'unverified')
    return 'The device took the image, yet nothing it says shows which version runs: the version lives in another resource, or the image names none.';
  if (end.outcome !== 'failed') return undefined;
  const byResult = end.updateResult === undefined ? undefined : BY_RESULT[end.updateResult];
  return byResult ?? BY_CODE.find(([pattern]) => pattern.test(end.code ?? ''))?.[1];
}
