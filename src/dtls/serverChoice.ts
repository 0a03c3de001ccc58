import { equalBytes } from '../base/bytes';
import { Alerts } from './alert';
import type { CipherSuite } from './cipherSuite';
import type { ClientHello } from './clientHello';
import type { ServerCredentials } from './credentials';
import { CertificateTypes, ECDSA_SHA256, SECP256R1, type ExtensionFault } from './extension';
import type { HandshakeFailure, NotResumed } from './handshakeEvents';
import { heldTypes } from './certificateMessage';
import { DTLS_1_2 } from './record';
import { sha256 } from './prf';
import type { ResumableSession } from './sessionCache';

/** What a server answers a ClientHello with. */
export interface ServerChoice {
  readonly suite: CipherSuite;
  /** Kinds of certificate; they matter with ECDHE_ECDSA only. */
  readonly serverCertificateType: number;
  readonly clientCertificateType: number;
}

/** Why a ClientHello can't be answered. */
export interface Refusal {
  readonly failure: HandshakeFailure;
  readonly alert: number;
}

const refusal = (failure: HandshakeFailure, alert: number): Refusal => ({ failure, alert });

/** A value that is none, or one too many, is illegal (RFC 6066 §4); what can't be read does not decode (RFC 5246 §7.2.2). */
function badExtension({ kind, type }: ExtensionFault): Refusal {
  const which = type === undefined ? 'the list of extensions' : `extension ${type}`;
  switch (kind) {
    case 'malformed':
      return refusal(
        { kind: 'malformed', message: 'ClientHello', problem: `${which} is not built as it has to be` },
        Alerts.DECODE_ERROR,
      );
    case 'illegal':
      return refusal({ kind: 'illegalChoice', what: `the value of ${which}` }, Alerts.ILLEGAL_PARAMETER);
    case 'twice':
      return refusal({ kind: 'illegalChoice', what: `${which}, twice` }, Alerts.ILLEGAL_PARAMETER);
  }
}

/** What makes a ClientHello unacceptable whatever suite is chosen (RFC 6347 §4.2.1, RFC 5746 §3.6, RFC 6066 §4). */
export function refuseHello(hello: ClientHello): Refusal | undefined {
  // Versions count down: 0xFEFD is 1.2, anything above is older.
  if (hello.version > DTLS_1_2 || hello.version >> 8 !== 0xfe) {
    return refusal({ kind: 'unsupportedVersion', version: hello.version }, Alerts.PROTOCOL_VERSION);
  }
  const { fault } = hello.extensions;
  if (fault) return badExtension(fault);
  if (!hello.compressionMethods.includes(0)) {
    return refusal({ kind: 'illegalChoice', what: 'no null compression' }, Alerts.ILLEGAL_PARAMETER);
  }
  if ((hello.extensions.renegotiationInfo?.length ?? 0) > 0) {
    return refusal({ kind: 'illegalChoice', what: 'renegotiation' }, Alerts.HANDSHAKE_FAILURE);
  }
  return undefined;
}

/** The first suite of the client's that is enabled and for which there are credentials; `keyFirst`: of those with a pre-shared key, where there is one. */
export function chooseSuite(
  hello: ClientHello,
  enabled: readonly CipherSuite[],
  credentials: ServerCredentials,
  keyFirst: boolean,
): ServerChoice | Refusal {
  const { supportedGroups, signatureAlgorithms, serverCertificateTypes, clientCertificateTypes } =
    hello.extensions;
  const held = heldTypes(credentials.certificate);
  const wanted = serverCertificateTypes ?? [CertificateTypes.X509];
  const serverCertificateType = wanted.find((type) => held.includes(type));
  const clientCertificateType = (clientCertificateTypes ?? [CertificateTypes.X509]).find(
    (type) => type === CertificateTypes.X509 || type === CertificateTypes.RAW_PUBLIC_KEY,
  );
  const curve = supportedGroups === undefined || supportedGroups.includes(SECP256R1);
  const signature = signatureAlgorithms === undefined || signatureAlgorithms.includes(ECDSA_SHA256);
  const possible = (suite: CipherSuite): boolean => {
    switch (suite.keyExchange) {
      case 'PSK':
        return credentials.psk !== undefined;
      case 'ECDHE_PSK':
        return credentials.psk !== undefined && curve;
      default:
        return serverCertificateType !== undefined && curve && signature;
    }
  };
  const usable = enabled.filter(possible);
  const common = hello.cipherSuites.flatMap((id) => usable.find((s) => s.id === id) ?? []);
  const keyed = keyFirst ? common.find((s) => s.keyExchange !== 'ECDHE_ECDSA') : undefined;
  const suite = keyed ?? common[0];
  if (suite) {
    return {
      suite,
      serverCertificateType: serverCertificateType ?? CertificateTypes.X509,
      clientCertificateType: clientCertificateType ?? CertificateTypes.X509,
    };
  }
  return refusal(
    { kind: 'noCommonSuite', offered: hello.cipherSuites, enabled: usable.map((s) => s.id) },
    Alerts.HANDSHAKE_FAILURE,
  );
}

/** Whether a known session may be taken up again with this hello; otherwise a full handshake follows, or none. */
export function mayResume(
  session: ResumableSession,
  hello: ClientHello,
  enabled: readonly CipherSuite[],
  credentials: ServerCredentials,
): 'yes' | NotResumed | Refusal {
  const { extensions } = hello;
  // RFC 7627 §5.3: a session made with the extension is not continued without it, and the other way round is made anew.
  if (session.extendedMasterSecret && !extensions.extendedMasterSecret) {
    return refusal(
      { kind: 'illegalChoice', what: 'resumption without extended master secret' },
      Alerts.HANDSHAKE_FAILURE,
    );
  }
  if (!session.extendedMasterSecret && extensions.extendedMasterSecret) return 'weaker';
  if (session.serverName !== extensions.serverName) return 'otherServerName';
  const { id } = session.suite;
  if (!hello.cipherSuites.includes(id) || !enabled.some((s) => s.id === id)) return 'suiteDisabled';
  return sameKey(session, credentials) ? 'yes' : 'keyChanged';
}

function sameKey({ identity, keyHash }: ResumableSession, credentials: ServerCredentials): boolean {
  switch (identity.kind) {
    case 'psk': {
      const psk = credentials.psk?.(identity.identity);
      return psk !== undefined && keyHash !== undefined && equalBytes(sha256(psk), keyHash);
    }
    case 'certificate': {
      const verdict = credentials.judge?.(identity.presented);
      return verdict?.trusted === true && verdict.name === identity.name;
    }
    default:
      return credentials.certificateRequired !== true;
  }
}
