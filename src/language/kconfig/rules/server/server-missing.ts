import { CLIENT_UTILS, DTLS, fillsSecurity, SERVER } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

export const rule: KconfigRule = {
  code: 'kconfig/server-missing',
  number: 13,
  severity: 'error',
  document:
    'CONFIG_LWM2M_CLIENT_UTILS_SERVER has no default. Without it the client starts with an empty URI, and the engine says “Invalid url”. It is a whole URI: coaps://host:5684 with DTLS, coap://host:5683 without.',
  check: (configuration) => {
    if (!fillsSecurity(configuration)) return [];
    const server = configuration.effective(SERVER);
    if (server && (server.value.type !== 'string' || server.value.value !== '')) return [];
    // A Kconfig that the folder's takes in may have it: Nordic's asset_tracker_v2 does so.
    if (!configuration.stated(SERVER) && configuration.kconfig?.sourcesOthers) return [];
    const place = tellAt(configuration, SERVER, CLIENT_UTILS);
    const uri = configuration.isOn(DTLS)
      ? 'coaps://leshan.eclipseprojects.io:5684'
      : 'coap://leshan.eclipseprojects.io:5683';
    return told(
      place,
      `${SERVER} is ${server && place?.assignment.symbol === SERVER ? 'empty' : 'missing'}: the client has no server to go to`,
      {
        fixes: place
          ? [setFix(configuration, place, [[SERVER, uri]], `Set Leshan’s public server, ${uri}`, false)]
          : [],
      },
    );
  },
};
