import { isEncrypted } from '../base/scheme';
import type { Clock } from '../base/clock';
import { OperationError } from '../base/errors';
import type { RandomSource } from '../base/random';
import { clientCredentials, clientTls, type DeviceOwn } from '../security/clientTrust';
import type { Credential } from '../security/credential';
import type { CredentialStore } from '../security/credentialStore';
import { GENERATED_KEY_BYTES } from '../security/pskKey';
import type { DeviceScheme, DeviceSecurity, HandshakeMaterial } from '../simulator/deviceSecurity';
import type { SocketAddress } from '../transport/ports';

/** What secured simulated devices prove themselves by, and whom they trust. */
export interface SimulateSecurity {
  /** Keys by endpoint name. */
  readonly credentials: Pick<CredentialStore, 'get'>;
  /** The certificate (DER) of the authority that signs servers'. */
  readonly authority: Uint8Array | undefined;
  /** A private key that was given for the one device, in place of a credential. */
  readonly own?: DeviceOwn;
}

/** What a device uses of a key, for every way it can go. */
export function deviceSecurity(
  scheme: DeviceScheme,
  server: SocketAddress,
  own: DeviceOwn | undefined,
  authority: Uint8Array | undefined,
  clock: Clock,
): DeviceSecurity {
  const materialFor = ({ host }: SocketAddress): HandshakeMaterial => {
    const expected = { host, ...(authority ? { authority } : {}) };
    return {
      ...(own ? { dtls: clientCredentials(own, expected, clock) } : {}),
      ...(own && own.mode !== 'rawPublicKey' ? { tls: clientTls(own, expected, clock) } : {}),
      ...(authority ? { https: clientTls(undefined, expected, clock) } : {}),
    };
  };
  if (scheme === 'coaps+tcp' && own?.mode === 'rawPublicKey')
    throw new OperationError('UNSUPPORTED_SCHEME', "raw public keys don't go over TLS here", {
      next: 'Use coaps, a certificate or a pre-shared key.',
    });
  return { ...materialFor(server), download: materialFor };
}

/** What the device of an endpoint name proves itself by. Throws `NO_CREDENTIAL`, `NO_PRIVATE_KEY`, and what the store throws. */
export async function ownOf(
  endpointName: string,
  scheme: DeviceScheme,
  { credentials, own }: SimulateSecurity,
): Promise<DeviceOwn | undefined> {
  if (!isEncrypted(scheme)) return undefined;
  if (own) return own;
  const credential = await credentials.get(endpointName);
  if (!credential)
    throw new OperationError('NO_CREDENTIAL', `There is no credential for ${endpointName}`, {
      next: `Make one with \`lwm2m-workbench credentials generate --endpoint ${endpointName}\`, or name another file with --credentials.`,
    });
  return ownFrom(credential);
}

function ownFrom(credential: Credential): DeviceOwn {
  const { endpointName, mode } = credential;
  if (mode === 'psk') return { mode, identity: credential.identity, key: credential.key };
  throw new OperationError(
    'NO_PRIVATE_KEY',
    `The credential of ${endpointName} is ${mode === 'rpk' ? 'a raw public key' : 'a certificate'}: its private key is the device's alone`,
    {
      next:
        mode === 'rpk'
          ? "Give the device's own with --private-key PEM."
          : "Give the device's own with --certificate PEM --private-key PEM.",
    },
  );
}

/** The key of a simulated device of this very host: the endpoint's, or a new one, which is stored; `created` says so. */
export async function ownOrNew(
  endpointName: string,
  credentials: Pick<CredentialStore, 'get' | 'set'>,
  random: RandomSource,
): Promise<{ readonly own: DeviceOwn; readonly created: boolean }> {
  const credential = await credentials.get(endpointName);
  if (credential) return { own: ownFrom(credential), created: false };
  const key = random.bytes(GENERATED_KEY_BYTES);
  await credentials.set({ mode: 'psk', endpointName, identity: endpointName, key });
  return { own: { mode: 'psk', identity: endpointName, key }, created: true };
}
