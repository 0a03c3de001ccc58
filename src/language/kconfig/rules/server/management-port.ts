import { BOOTSTRAP } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris, uriWith } from '../../serverUri';

/** Where known hosts have their bootstrap server over DTLS. */
const BOOTSTRAP_PORTS: ReadonlyMap<string, number> = new Map([
  ['leshan.eclipseprojects.io', 5784],
  ['eu.iot.avsystem.cloud', 5694],
]);

export const rule: KconfigRule = {
  code: 'kconfig/management-port',
  number: 20,
  severity: 'warning',
  document:
    'With CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP on, the server URI is that of the bootstrap server. On the known hosts port 5684 is the management server: leshan.eclipseprojects.io bootstraps at 5784, eu.iot.avsystem.cloud at 5694.',
  check: (configuration) =>
    serverUris(configuration).flatMap((uri) => {
      const port = BOOTSTRAP_PORTS.get(uri.host.toLowerCase());
      if (port === undefined || uri.port !== 5684 || !configuration.isOn(BOOTSTRAP)) return [];
      const place = tellAt(configuration, uri.symbol, BOOTSTRAP) ?? uri.place;
      return told(
        place,
        `${uri.symbol}="${uri.text}" is a management server, but ${BOOTSTRAP} is on: its bootstrap server is at ${port}`,
        { fixes: [setFix(configuration, place, [[uri.symbol, uriWith(uri, { port })]])] },
      );
    }),
};
