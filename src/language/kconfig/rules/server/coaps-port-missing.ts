import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris, uriWith } from '../../serverUri';

const PEER_PORT = 'CONFIG_LWM2M_PEER_PORT';

export const rule: KconfigRule = {
  code: 'kconfig/coaps-port-missing',
  number: 17,
  severity: 'error',
  document:
    'A server URI without a port gets CONFIG_LWM2M_PEER_PORT, whatever its scheme. Its default is 5683, the port of coap without DTLS: a coaps:// URI wants :5684 written out.',
  check: (configuration) =>
    serverUris(configuration).flatMap((uri) => {
      if (uri.scheme !== 'coaps' || uri.port !== undefined || uri.host === '') return [];
      const port = configuration.number(PEER_PORT);
      if (port === undefined || port === 5684n) return [];
      const place = tellAt(configuration, uri.symbol, PEER_PORT) ?? uri.place;
      return told(
        place,
        `${uri.symbol}="${uri.text}" has no port: the client goes to ${port} (${PEER_PORT}), coaps is at 5684`,
        {
          fixes: [
            setFix(configuration, place, [[uri.symbol, uriWith(uri, { port: 5684 })]]),
            setFix(configuration, place, [[PEER_PORT, 5684]], undefined, false),
          ],
        },
      );
    }),
};
