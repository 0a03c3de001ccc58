import { BOOTSTRAP } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { isCoiote, serverUris } from '../../serverUri';

const SECURITY = 'CONFIG_LWM2M_SECURITY_INSTANCE_COUNT';
const SERVERS = 'CONFIG_LWM2M_SERVER_INSTANCE_COUNT';

export const rule: KconfigRule = {
  code: 'kconfig/bootstrap-instances',
  number: 21,
  severity: 'error',
  document:
    'Bootstrap creates a Security instance beside its own, and a Server instance: CONFIG_LWM2M_SECURITY_INSTANCE_COUNT must be 2 or more, CONFIG_LWM2M_SERVER_INSTANCE_COUNT 1 or more. Coiote’s bootstrap writes one Security instance more and wants 3.',
  check: (configuration) => {
    if (!configuration.isOn('CONFIG_LWM2M') || !configuration.isOn(BOOTSTRAP)) return [];
    const coiote = serverUris(configuration).find(({ host }) => isCoiote(host));
    const security = configuration.number(SECURITY);
    const servers = configuration.number(SERVERS);
    const findings = [];
    if (security !== undefined && security < (coiote ? 3n : 2n)) {
      const place = tellAt(configuration, SECURITY, ...(coiote ? [coiote.symbol] : []), BOOTSTRAP);
      findings.push(
        ...told(
          place,
          security < 2n
            ? `${SECURITY} is ${security}: bootstrap needs an instance for its own server and one for the server it writes`
            : `${SECURITY} is ${security}: Coiote’s bootstrap writes more instances and wants 3`,
          {
            severity: security < 2n ? 'error' : 'warning',
            fixes: place ? [setFix(configuration, place, [[SECURITY, 3]])] : [],
          },
        ),
      );
    }
    if (servers !== undefined && servers < 1n) {
      const place = tellAt(configuration, SERVERS, BOOTSTRAP);
      findings.push(
        ...told(place, `${SERVERS} is ${servers}: bootstrap has no Server instance to write`, {
          fixes: place ? [setFix(configuration, place, [[SERVERS, 2]])] : [],
        }),
      );
    }
    return findings;
  },
};
