/** State of the Firmware Update object, 5/0/3 (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E.6). */
export const UpdateStates = ['idle', 'downloading', 'downloaded', 'updating'] as const;
/** A state by its specification name in lower case: 0 idle, 1 downloading, 2 downloaded, 3 updating. */
export type UpdateState = (typeof UpdateStates)[number];

/** Names of Update Result 5/0/5, by number; 12 and 13 are Advanced Firmware Update's (33629). */
export const UpdateResultNames: Readonly<Record<number, string>> = {
  0: 'initial value',
  1: 'updated successfully',
  2: 'not enough flash memory',
  3: 'out of RAM during download',
  4: 'connection lost during download',
  5: 'integrity check failed',
  6: 'unsupported package type',
  7: 'invalid URI',
  8: 'firmware update failed',
  9: 'unsupported protocol',
  10: 'update cancelled',
  11: 'update deferred',
  12: 'conflicting state',
  13: 'dependency error',
};

/** How the image reaches the device: written to Package (5/0/0), or fetched from the Package URI (5/0/1). */
export type DeliveryMethod = 'push' | 'pull';

/** Resources of the Firmware Update object 5. */
export const FirmwareUpdateResources = {
  PACKAGE: 0,
  PACKAGE_URI: 1,
  UPDATE: 2,
  STATE: 3,
  UPDATE_RESULT: 5,
  PKG_NAME: 6,
  PKG_VERSION: 7,
  PROTOCOL_SUPPORT: 8,
  DELIVERY_METHOD: 9,
  CANCEL: 10,
} as const;
