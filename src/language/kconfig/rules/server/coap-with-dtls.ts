import { DTLS, fillsSecurity, SERVER } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris, uriWith } from '../../serverUri';

export const rule: KconfigRule = {
  code: 'kconfig/coap-with-dtls',
  number: 16,
  severity: 'warning',
  document:
    'With CONFIG_LWM2M_DTLS_SUPPORT on, the client utilities say in the Security object that the server is reached with a PSK (0/0/2), also where its URI is coap://. Everything then goes in clear text all the same. Turn DTLS off for a coap server, or use coaps://.',
  check: (configuration) =>
    serverUris(configuration).flatMap((uri) => {
      if (uri.symbol !== SERVER || uri.scheme !== 'coap') return [];
      if (!fillsSecurity(configuration) || !configuration.isOn(DTLS)) return [];
      const place = tellAt(configuration, SERVER, DTLS) ?? uri.place;
      const secured = uriWith(uri, { scheme: 'coaps', port: uri.port === undefined ? undefined : 5684 });
      return told(
        place,
        `${SERVER}="${uri.text}" is sent in clear text although ${DTLS} is on: only coaps:// uses it`,
        {
          fixes: [
            setFix(configuration, place, [[DTLS, false]]),
            setFix(configuration, place, [[SERVER, secured]], `Use DTLS: ${secured}`, false),
          ],
        },
      );
    }),
};
