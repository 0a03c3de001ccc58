import { alertName, Alerts } from '../dtls/alert';
import { whoOf, type Attempt } from './attempt';
import type { Verdict } from './handshakeAttempt';

/** What an alert of a device usually means (RFC 5246 §7.2.2; Mbed TLS, OpenSSL, modems), and what to do. */
const MEANINGS = new Map<number, readonly [means: string, next: string]>([
  [
    Alerts.CLOSE_NOTIFY,
    [
      'It gave up by itself: its own time limit, or its application closed the socket.',
      "See the device's log at that time.",
    ],
  ],
  [
    Alerts.UNEXPECTED_MESSAGE,
    ['It got a message that it did not expect.', "See the device's log, and capture the handshake."],
  ],
  [
    Alerts.BAD_RECORD_MAC,
    [
      'A record of ours does not verify with its key: the keys differ, or it resumed a session of before.',
      'Compare the key on both sides, and clear the session cache of the device.',
    ],
  ],
  [
    Alerts.HANDSHAKE_FAILURE,
    [
      'It could not agree to what was chosen: suite, curve or kind of certificate.',
      'Compare its suites and curves with those of this attempt.',
    ],
  ],
  [
    Alerts.UNSUPPORTED_CERTIFICATE,
    [
      'It can not use our certificate: its key, its signature or what it is for.',
      'Enable EC P-256 with SHA-256 in the device.',
    ],
  ],
  [
    Alerts.CERTIFICATE_UNKNOWN,
    [
      'It does not trust our certificate and does not say why.',
      "Compare the certificate or key that the device holds of this server with ours, and the authority's.",
    ],
  ],
  [
    Alerts.ILLEGAL_PARAMETER,
    ['A field of ours is none that it takes.', "See the device's log, and capture the handshake."],
  ],
  [Alerts.ACCESS_DENIED, ['Its own rules refuse this server.', "See the device's security object and log."]],
  [
    Alerts.DECODE_ERROR,
    [
      'It could not read a message: often its buffer is too small, in Zephyr CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN.',
      'Give it larger buffers, or have it ask for a maximum fragment length.',
    ],
  ],
  [
    Alerts.DECRYPT_ERROR,
    [
      'Our signature or Finished does not verify: the keys differ, or the certificate it holds of us is an earlier one.',
      'Compare key or certificate on both sides.',
    ],
  ],
  [
    Alerts.PROTOCOL_VERSION,
    ['It wants another version of the protocol.', 'Enable DTLS 1.2, or TLS 1.2, in the device.'],
  ],
  [
    Alerts.INTERNAL_ERROR,
    [
      'It failed by itself: mostly memory, in Zephyr CONFIG_MBEDTLS_HEAP_SIZE.',
      "See the device's log, and give Mbed TLS a larger heap.",
    ],
  ],
  [Alerts.USER_CANCELED, ['It was cancelled there.', "See the device's log at that time."]],
  [
    Alerts.UNSUPPORTED_EXTENSION,
    ['We answered with an extension that it did not ask for.', 'Capture the handshake, and report it.'],
  ],
  [Alerts.UNKNOWN_PSK_IDENTITY, ['It does not know the identity.', 'Compare the identity on both sides.']],
]);

/** `PEER_ALERT`: the device ended it, and what its alert usually means. */
export function peerAlert(attempt: Attempt, alert: number): Verdict {
  const [means, next] = MEANINGS.get(alert) ?? [
    'This alert is none of those that DTLS devices usually send.',
    "See the device's log at that time.",
  ];
  const after = attempt.outcome === 'completed' ? 'the session' : 'the handshake';
  return {
    code: 'PEER_ALERT',
    message: `${whoOf(attempt)} ended ${after} with the alert ${alertName(alert)}. ${means}`,
    next,
  };
}
