import { setFix } from '../../fixes';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris, uriWith } from '../../serverUri';

export const rule: KconfigRule = {
  code: 'kconfig/port-of-other-scheme',
  number: 18,
  severity: 'warning',
  document:
    'coap is at port 5683 and coaps at 5684 (RFC 7252 §6). A URI with the port of the other one is most often a slip, and the server doesn’t answer.',
  check: (configuration) =>
    serverUris(configuration).flatMap((uri) => {
      const { symbol, text, scheme, port, place } = uri;
      const swapped =
        scheme === 'coaps' && port === 5683
          ? { port: 5684, scheme: 'coap' }
          : scheme === 'coap' && port === 5684
            ? { port: 5683, scheme: 'coaps' }
            : undefined;
      if (!swapped) return [];
      const other = uriWith(uri, { scheme: swapped.scheme });
      return told(
        place,
        `${symbol}="${text}": port ${port} is that of ${swapped.scheme}, ${scheme} is at ${swapped.port}`,
        {
          fixes: [
            setFix(configuration, place, [[symbol, uriWith(uri, { port: swapped.port })]]),
            setFix(configuration, place, [[symbol, other]], `Keep the port: ${other}`, false),
          ],
        },
      );
    }),
};
