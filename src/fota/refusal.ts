import { ADVANCED_FIRMWARE_UPDATE, FIRMWARE_UPDATE } from './abilities';

/** Why an update can't be, told before anything is sent. `code` is stable. */
export interface Refusal {
  readonly code: string;
  readonly cause: string;
  readonly next: string;
}

/** Why a device that registered no Firmware Update can't be updated, by the objects it did register. */
export function missingObject(endpointName: string, objectIds: readonly number[]): Refusal {
  if (objectIds.includes(ADVANCED_FIRMWARE_UPDATE))
    return {
      code: 'ONLY_33629',
      cause: `${endpointName} has only Advanced Firmware Update (object 33629), which this version does not drive`,
      next: 'Build the firmware with Firmware Update (object 5): in nRF Connect SDK CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=y in place of CONFIG_LWM2M_CLIENT_UTILS_ADV_FIRMWARE_UPDATE_OBJ_SUPPORT; in Anjay install the fw_update module.',
    };
  return {
    code: 'NO_FIRMWARE_OBJECT',
    cause: `${endpointName} registered without Firmware Update (object ${FIRMWARE_UPDATE})`,
    next: 'Switch the object on in the firmware (Zephyr: CONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=y) and bring that build to the device by cable once.',
  };
}
