import type { Credential } from './credential';

/** Why a registration under an endpoint name is refused. */
export interface BindingRefusal {
  readonly code: 'IDENTITY_NOT_ENDPOINT' | 'PLAIN_FOR_SECURED_ENDPOINT';
  readonly message: string;
  readonly next: string;
}

/**
 * Whether who registers as `endpointName` may: a device that has proved to be an endpoint registers as that one only,
 * and an endpoint that has a credential is taken over a secured channel only (OMA-TS-LightweightM2M_Transport-V1_1_1
 * §5.2.1; observed: Leshan 2.0.0-M18 refuses both). `proved` is the endpoint name that the handshake proved,
 * `undefined` on a channel without security. `undefined` answered: it may.
 */
export function endpointRefusal(
  endpointName: string,
  proved: string | undefined,
  credential: Credential | undefined,
): BindingRefusal | undefined {
  if (proved !== undefined)
    return proved === endpointName
      ? undefined
      : {
          code: 'IDENTITY_NOT_ENDPOINT',
          message: `The device proved to be ${proved} and registers as ${endpointName}.`,
          next: `Give ${endpointName} a credential of its own, or have the device register as ${proved}.`,
        };
  return credential
    ? {
        code: 'PLAIN_FOR_SECURED_ENDPOINT',
        message: `${endpointName} has a credential and registers without security.`,
        next: `Point the device at the coaps address, or remove the credential of ${endpointName}.`,
      }
    : undefined;
}
