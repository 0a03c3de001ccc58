import { DTLS } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris, uriWith } from '../../serverUri';

export const rule: KconfigRule = {
  code: 'kconfig/coaps-without-dtls',
  number: 15,
  severity: 'error',
  document:
    'A coaps:// server needs DTLS in the engine, CONFIG_LWM2M_DTLS_SUPPORT, which is off by default: the client ends with −EPROTONOSUPPORT as it starts.',
  check: (configuration) =>
    serverUris(configuration).flatMap((uri) => {
      if (uri.scheme !== 'coaps' || configuration.isOn(DTLS)) return [];
      const place = tellAt(configuration, uri.symbol, DTLS) ?? uri.place;
      const plain = uriWith(uri, { scheme: 'coap', port: uri.port === undefined ? undefined : 5683 });
      return told(place, `${uri.symbol}="${uri.text}" needs ${DTLS}=y, which is off`, {
        fixes: [
          setFix(configuration, place, [[DTLS, true]]),
          setFix(configuration, place, [[uri.symbol, plain]], `Go without DTLS: ${plain}`, false),
        ],
      });
    }),
};
