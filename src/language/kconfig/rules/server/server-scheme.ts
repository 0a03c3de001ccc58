import { DTLS } from '../../clientUtils';
import { setFix } from '../../fixes';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris, uriWith } from '../../serverUri';

/** What is likely meant: a scheme in capitals, of HTTP, over TCP. */
function schemeFor(written: string, dtls: boolean): string {
  const lower = written.toLowerCase();
  if (/^(coaps|https)\b/.test(lower)) return 'coaps';
  if (/^(coap|http)\b/.test(lower)) return 'coap';
  return dtls ? 'coaps' : 'coap';
}

export const rule: KconfigRule = {
  code: 'kconfig/server-scheme',
  number: 14,
  severity: 'error',
  document:
    'Zephyr’s client takes server URIs that begin with coap:// or coaps://, in small letters, and no others: it ends with −EPROTONOSUPPORT. CoAP over TCP it doesn’t have.',
  check: (configuration) =>
    serverUris(configuration).flatMap((uri) => {
      const { symbol, text, scheme, place } = uri;
      if (scheme === 'coap' || scheme === 'coaps') return [];
      const mended = uriWith(uri, { scheme: schemeFor(scheme, configuration.isOn(DTLS)) });
      return told(
        place,
        `${symbol}="${text}" ${scheme === '' ? 'has no scheme' : `has the scheme ${scheme}`}: the client takes coap:// and coaps:// only`,
        { fixes: uri.host === '' ? [] : [setFix(configuration, place, [[symbol, mended]])] },
      );
    }),
};
