import { isEncrypted } from '../base/scheme';
import type { SocketAddress } from '../transport/ports';
import { printAuthority } from '../base/socketAddress';
import { presentedIdentity, securityMode, type DeviceScheme, type HandshakeMaterial } from './deviceSecurity';
import type { SimulatedObject } from './objectTree';
import { boolean, instanceOf, integer, object, opaque, readable, resource, text } from './resources';

const SECURITY = {
  serverUri: resource(0, 'LWM2M Server URI', '', 'string', { mandatory: true }),
  bootstrap: resource(1, 'Bootstrap-Server', '', 'boolean', { mandatory: true }),
  mode: resource(2, 'Security Mode', '', 'integer', { mandatory: true }),
  identity: resource(3, 'Public Key or Identity', '', 'opaque', { mandatory: true }),
  serverKey: resource(4, 'Server Public Key', '', 'opaque', { mandatory: true }),
  secretKey: resource(5, 'Secret Key', '', 'opaque', { mandatory: true }),
  shortServerId: resource(10, 'Short Server ID', '', 'integer'),
};

/**
 * Object 0, Security: the account of the one server. A bootstrap server's alone; no operation of an LwM2M server reaches
 * it. The Secret Key stays with the handshake: nothing here has it.
 */
export function securityObject(
  lwm2mVersion: '1.0' | '1.1',
  scheme: DeviceScheme,
  server: SocketAddress,
  material: HandshakeMaterial,
): SimulatedObject {
  const list = [
    readable(SECURITY.serverUri, () => text(`${scheme}://${printAuthority(server)}`)),
    readable(SECURITY.bootstrap, () => boolean(false)),
    readable(SECURITY.mode, () => integer(securityMode(scheme, material))),
    ...(isEncrypted(scheme)
      ? [readable(SECURITY.identity, () => opaque(presentedIdentity(scheme, material)))]
      : []),
    readable(SECURITY.shortServerId, () => integer(1)),
  ];
  return {
    definition: object(0, 'LWM2M Security', lwm2mVersion, true, Object.values(SECURITY)),
    instances: new Map([[0, instanceOf(list)]]),
  };
}
