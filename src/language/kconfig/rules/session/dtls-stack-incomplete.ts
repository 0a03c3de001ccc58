import type { Configuration } from '../../configuration';
import { setFix, type Setting } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { isShownOff, isShownOn, shownNumber } from '../../shownOff';
import { findingAt, said } from '../../telling';
import { DTLS } from './idleSocket';

const OFFLOAD = 'CONFIG_NET_SOCKETS_OFFLOAD';
const NATIVE = 'CONFIG_NET_NATIVE';
const HEAP = 'CONFIG_MBEDTLS_ENABLE_HEAP';
const HEAP_SIZE = 'CONFIG_MBEDTLS_HEAP_SIZE';
const LEAST_HEAP = 8192n;
const CERTIFICATES = 'CONFIG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED';

/** What the engine's cipher suites need of mbed TLS where keys are pre-shared: TLS_PSK_WITH_AES_128_CCM_8. */
const PSK_PARTS = ['CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED', 'CONFIG_MBEDTLS_CIPHER_CCM_ENABLED'];
const SOCKET_PARTS = ['CONFIG_NET_SOCKETS_SOCKOPT_TLS', 'CONFIG_NET_SOCKETS_ENABLE_DTLS'];

/** Whether DTLS is shown to be Zephyr's own, not the modem's. */
const isNative = (configuration: Configuration): boolean =>
  !isShownOn(configuration, OFFLOAD) &&
  (isShownOn(configuration, NATIVE) || isShownOff(configuration, OFFLOAD));

function lack(
  configuration: Configuration,
  symbol: string,
  setting: Setting,
  why: string,
  severity: 'error' | 'warning',
): KconfigFinding[] {
  const place = tellAt(configuration, symbol, DTLS);
  if (!place) return [];
  return [
    findingAt(place, `${DTLS}=y without offloaded sockets, but ${said(configuration, symbol)}: ${why}`, {
      severity,
      fixes: [setFix(configuration, place, [setting])],
    }),
  ];
}

export const rule: KconfigRule = {
  code: 'kconfig/dtls-stack-incomplete',
  number: 51,
  severity: 'error',
  document:
    "Where sockets are not offloaded to a modem, DTLS is Zephyr's own over mbed TLS: it needs TLS and DTLS sockets " +
    '(CONFIG_NET_SOCKETS_SOCKOPT_TLS, CONFIG_NET_SOCKETS_ENABLE_DTLS), a heap of 8192 bytes or more, and for pre-shared keys ' +
    'their key exchange and AES-CCM. CONFIG_LWM2M_DTLS_SUPPORT selects none of them. Told only where a line, the ' +
    "folder's Kconfig or a build shows one off.",
  check(configuration) {
    if (!configuration.isOn(DTLS) || !isNative(configuration)) return [];
    const findings: KconfigFinding[] = [];
    for (const symbol of SOCKET_PARTS)
      if (isShownOff(configuration, symbol))
        findings.push(
          ...lack(configuration, symbol, [symbol, true], 'the engine opens no DTLS socket', 'error'),
        );
    const heap = shownNumber(configuration, HEAP_SIZE);
    if (isShownOff(configuration, HEAP))
      findings.push(...lack(configuration, HEAP, [HEAP, true], 'mbed TLS has no heap of its own', 'warning'));
    else if (heap !== undefined && heap < LEAST_HEAP)
      findings.push(
        ...lack(
          configuration,
          HEAP_SIZE,
          [HEAP_SIZE, LEAST_HEAP],
          `a handshake needs ${LEAST_HEAP} bytes, with certificates more`,
          'warning',
        ),
      );
    if (!isShownOn(configuration, CERTIFICATES))
      for (const symbol of PSK_PARTS)
        if (isShownOff(configuration, symbol))
          findings.push(
            ...lack(
              configuration,
              symbol,
              [symbol, true],
              'the only suite for pre-shared keys is TLS_PSK_WITH_AES_128_CCM_8',
              'warning',
            ),
          );
    return findings;
  },
};
