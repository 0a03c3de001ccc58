import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt } from '../../telling';
import { customUri, hasCarrier, IS_BOOTSTRAP, isBootstrapBySilence, LIFETIME, URI } from './carrier';

/** Public servers by their host, and the ports at which they bootstrap. */
const KNOWN_HOSTS: ReadonlyMap<string, string> = new Map([
  ['leshan.eclipseprojects.io', '5784'],
  ['eu.iot.avsystem.cloud', '5694'],
]);
const BOOTSTRAP_PORTS = ['5784', '5694'];

/** Why a URI looks like a management server's. */
function managedBy(uri: string): string | undefined {
  const [, host = '', port] = /^coaps?:\/\/(\[[^\]]*\]|[^:/]+)(?::(\d+))?/.exec(uri) ?? [];
  if (port === '5684') return 'port 5684 is that of a management server';
  const bootstrap = KNOWN_HOSTS.get(host.toLowerCase());
  if (bootstrap === undefined || (port !== undefined && BOOTSTRAP_PORTS.includes(port))) return undefined;
  return `${host} bootstraps at port ${bootstrap} alone`;
}

export const rule: KconfigRule = {
  code: 'kconfig/taken-for-bootstrap',
  number: 58,
  severity: 'warning',
  document:
    'The carrier library takes a custom server for a bootstrap server unless CONFIG_LWM2M_CARRIER_IS_BOOTSTRAP_SERVER=n. A ' +
    'device sent to a management server that way asks it for a bootstrap and never registers. A management server also has a ' +
    'lifetime, CONFIG_LWM2M_CARRIER_SERVER_LIFETIME.',
  check(configuration) {
    if (!hasCarrier(configuration, '2.2') || !isBootstrapBySilence(configuration)) return [];
    const uri = customUri(configuration);
    const why = managedBy(uri);
    const place = tellAt(configuration, URI);
    if (why === undefined || !place) return [];
    return [
      findingAt(
        place,
        `${URI}="${uri}" is taken for a bootstrap server (${IS_BOOTSTRAP}=y by default), but ${why}. A management server's lifetime is ${LIFETIME}; 0 is one hour in generic mode`,
        { fixes: [setFix(configuration, place, [[IS_BOOTSTRAP, false]])] },
      ),
    ];
  },
};
