import { BOOTSTRAP } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris } from '../../serverUri';

/** Bootstrap servers by their ports. */
const BOOTSTRAP_PORTS: ReadonlyMap<number, string> = new Map([
  [5784, 'Leshan’s bootstrap server'],
  [5694, 'Coiote’s bootstrap server'],
]);

export const rule: KconfigRule = {
  code: 'kconfig/bootstrap-port',
  number: 19,
  severity: 'warning',
  document:
    'Ports 5784 (Leshan) and 5694 (Coiote) are those of bootstrap servers, which take no registration. Turn CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP on, or name the management server.',
  check: (configuration) =>
    serverUris(configuration).flatMap(({ symbol, text, port, place: own }) => {
      const server = port === undefined ? undefined : BOOTSTRAP_PORTS.get(port);
      if (server === undefined || configuration.isOn(BOOTSTRAP)) return [];
      const place = tellAt(configuration, symbol, BOOTSTRAP) ?? own;
      return told(place, `${symbol}="${text}" looks like ${server}, but ${BOOTSTRAP} is off`, {
        fixes: [setFix(configuration, place, [[BOOTSTRAP, true]])],
      });
    }),
};
