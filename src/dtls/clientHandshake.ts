import { timingSafeEqual, type KeyObject } from 'node:crypto';
import { NO_BYTES, concatBytes, equalBytes } from '../base/bytes';
import { Alerts } from './alert';
import { certificateRefusal, decodeCertificate, encodeCertificate, heldTypes } from './certificateMessage';
import { EMPTY_RENEGOTIATION_INFO_SCSV, cipherSuite, type CipherSuite } from './cipherSuite';
import {
  NULL_COMPRESSION,
  decodeHelloVerifyRequest,
  encodeClientHello,
  type ClientHello,
} from './clientHello';
import type { ClientCredentials, PeerIdentity } from './credentials';
import { EphemeralKey, encodeEcdhParams, encodeSignature, readEcdhParams, verifySignature } from './ecdhe';
import { CertificateTypes, ECDSA_SHA256, SECP256R1 } from './extension';
import { CHANGE_CIPHER_SPEC, type FlightStep } from './flight';
import type { HandshakeContext, HandshakeSide } from './handshakeContext';
import type { HandshakeFailure } from './handshakeEvents';
import { HandshakeTypes, handshakeName, type HandshakeMessage } from './handshakeMessage';
import { pskPremaster, sha256, verifyData } from './prf';
import { DTLS_1_2, type DtlsRecord } from './record';
import { epochKeys, type EpochKeys } from './recordProtection';
import { deriveMaster } from './secrets';
import { decodeServerHello, type ServerHello } from './serverHello';
import type { ResumableSession } from './sessionCache';
import { vector16, vector8, WireReader } from './wire';

const T = HandshakeTypes;

/** The client's side. */
export class ClientHandshake implements HandshakeSide {
  private readonly hello: Omit<ClientHello, 'extensions'> & {
    readonly extensions: Omit<ClientHello['extensions'], 'numbers'>;
  };
  private readonly suites: readonly CipherSuite[];
  private allowed: readonly number[] = [T.HELLO_VERIFY_REQUEST, T.SERVER_HELLO];
  private server: ServerHello | undefined;
  private suite: CipherSuite | undefined;
  private resumed = false;
  private certificateAsked = false;
  private serverKey: KeyObject | undefined;
  private serverPoint: Uint8Array | undefined;
  private identity: PeerIdentity = { kind: 'anonymous' };
  private keys: EpochKeys | undefined;
  private master: Uint8Array = NO_BYTES;

  constructor(
    private readonly context: HandshakeContext,
    private readonly credentials: ClientCredentials,
    /** The session of an earlier handshake with this server. */
    private readonly earlier: ResumableSession | undefined,
  ) {
    const { settings } = context;
    this.suites = settings.suites.filter(({ keyExchange }) =>
      keyExchange === 'ECDHE_ECDSA' ? credentials.judge !== undefined : credentials.psk !== undefined,
    );
    const elliptic = this.suites.some((s) => s.keyExchange !== 'PSK');
    const certified = this.suites.some((s) => s.keyExchange === 'ECDHE_ECDSA');
    const own = heldTypes(credentials.certificate);
    this.hello = {
      version: DTLS_1_2,
      random: settings.random.bytes(32),
      sessionId: earlier?.id ?? NO_BYTES,
      cookie: NO_BYTES,
      cipherSuites: [...this.suites.map((s) => s.id), EMPTY_RENEGOTIATION_INFO_SCSV],
      compressionMethods: NULL_COMPRESSION,
      extensions: {
        extendedMasterSecret: true,
        ...(this.suites.some((s) => s.cipher === 'CBC_SHA256') ? { encryptThenMac: true } : {}),
        ...(elliptic ? { supportedGroups: [SECP256R1] } : {}),
        ...(certified ? { signatureAlgorithms: [ECDSA_SHA256] } : {}),
        ...(certified
          ? { serverCertificateTypes: [CertificateTypes.X509, CertificateTypes.RAW_PUBLIC_KEY] }
          : {}),
        ...(certified && own.length > 0 ? { clientCertificateTypes: own } : {}),
        ...(settings.maxFragmentLength === undefined
          ? {}
          : { maxFragmentLength: settings.maxFragmentLength }),
        ...(settings.cidLength === undefined ? {} : { connectionId: context.newCid() }),
      },
    };
  }

  start(): void {
    this.sendHello(NO_BYTES);
  }

  unverified(_record: DtlsRecord): void {
    // The server verified our Finished with the same keys before it sent its own: this one is somebody else's.
  }

  message(message: HandshakeMessage): void {
    if (!this.allowed.includes(message.type)) {
      return this.fail(
        { kind: 'unexpectedMessage', message: handshakeName(message.type) },
        Alerts.UNEXPECTED_MESSAGE,
      );
    }
    switch (message.type) {
      case T.HELLO_VERIFY_REQUEST:
        return this.helloVerifyRequest(message);
      case T.SERVER_HELLO:
        return this.serverHello(message);
      case T.CERTIFICATE:
        return this.certificate(message);
      case T.SERVER_KEY_EXCHANGE:
        return this.serverKeyExchange(message);
      case T.CERTIFICATE_REQUEST:
        this.context.transcript.add(message);
        this.certificateAsked = true;
        this.allowed = [T.SERVER_HELLO_DONE];
        return;
      case T.SERVER_HELLO_DONE:
        return this.serverHelloDone(message);
      default:
        return this.finished(message);
    }
  }

  private sendHello(cookie: Uint8Array): void {
    const { context } = this;
    context.transcript.clear();
    const body = encodeClientHello({ ...this.hello, cookie });
    context.flights.send([context.compose(T.CLIENT_HELLO, body)], true);
  }

  private fail(failure: HandshakeFailure, alert: number): void {
    this.context.fail(failure, alert);
  }

  private malformed(message: string, problem: string): void {
    this.fail({ kind: 'malformed', message, problem }, Alerts.DECODE_ERROR);
  }

  private illegal(what: string): void {
    this.fail({ kind: 'illegalChoice', what }, Alerts.ILLEGAL_PARAMETER);
  }

  private helloVerifyRequest({ body }: HandshakeMessage): void {
    const cookie = decodeHelloVerifyRequest(body);
    if (!cookie.ok) return this.malformed('HelloVerifyRequest', cookie.problem.message);
    this.allowed = [T.SERVER_HELLO];
    this.sendHello(cookie.value.slice());
  }

  private serverHello(message: HandshakeMessage): void {
    const { context, hello, earlier } = this;
    const decoded = decodeServerHello(message.body);
    if (!decoded.ok) return this.malformed('ServerHello', decoded.problem.message);
    const server = decoded.value;
    if (server.version !== DTLS_1_2) {
      return this.fail({ kind: 'unsupportedVersion', version: server.version }, Alerts.PROTOCOL_VERSION);
    }
    const suite = cipherSuite(server.cipherSuite);
    if (!suite || !this.suites.includes(suite)) return this.illegal('a suite that was not offered');
    if (server.compressionMethod !== 0) return this.illegal('compression');
    const { extensions } = server;
    const what = unasked(extensions, hello.extensions);
    if (what) {
      return this.fail({ kind: 'illegalChoice', what }, Alerts.UNSUPPORTED_EXTENSION);
    }
    if ((extensions.renegotiationInfo?.length ?? 0) > 0) return this.illegal('renegotiation');
    context.transcript.add(message);
    this.server = server;
    this.suite = suite;
    if (extensions.maxFragmentLength !== undefined) {
      context.flights.maxFragment = extensions.maxFragmentLength;
    }
    if (earlier && earlier.id.length > 0 && equalBytes(server.sessionId, earlier.id)) {
      if (earlier.suite.id !== suite.id) return this.illegal('another suite for the same session');
      if (earlier.extendedMasterSecret !== (extensions.extendedMasterSecret === true)) {
        return this.illegal('another kind of master secret for the same session');
      }
      this.resumed = true;
      this.identity = earlier.identity;
      this.allowed = [T.FINISHED];
      return this.useMaster(earlier.master);
    }
    if (earlier) {
      context.resumable.drop(earlier.id);
      context.tell({ kind: 'notResumed', attempt: context.attempt, reason: 'unknownSession' });
    }
    switch (suite.keyExchange) {
      case 'PSK':
        this.allowed = [T.SERVER_KEY_EXCHANGE, T.SERVER_HELLO_DONE];
        return;
      case 'ECDHE_PSK':
        this.allowed = [T.SERVER_KEY_EXCHANGE];
        return;
      default:
        this.allowed = [T.CERTIFICATE];
    }
  }

  private certificate(message: HandshakeMessage): void {
    const { context, credentials, server } = this;
    context.transcript.add(message);
    const type = server?.extensions.serverCertificateTypes?.[0] ?? CertificateTypes.X509;
    const read = decodeCertificate(message.body, type);
    if (!read || read === 'empty') {
      return this.fail(
        { kind: 'certificateRefused', reason: 'it is no certificate on P-256' },
        Alerts.UNSUPPORTED_CERTIFICATE,
      );
    }
    const verdict = credentials.judge?.(read.presented);
    if (!verdict?.trusted) {
      const { failure, alert } = certificateRefusal(verdict, read.presented);
      return this.fail(failure, alert);
    }
    this.serverKey = read.key;
    this.identity = { kind: 'certificate', name: verdict.name, presented: read.presented };
    this.allowed = [T.SERVER_KEY_EXCHANGE];
  }

  private serverKeyExchange(message: HandshakeMessage): void {
    const { context, suite, server, hello, serverKey } = this;
    context.transcript.add(message);
    const reader = new WireReader(message.body);
    if (suite?.keyExchange !== 'ECDHE_ECDSA') reader.vector16();
    if (suite?.keyExchange !== 'PSK') {
      this.serverPoint = readEcdhParams(reader)?.slice();
      if (!this.serverPoint) return this.illegal('a curve that was not offered');
    }
    if (suite?.keyExchange === 'ECDHE_ECDSA') {
      if (!server || !serverKey || !this.serverPoint) return;
      const covered = concatBytes([hello.random, server.random, encodeEcdhParams(this.serverPoint)]);
      if (!verifySignature(reader, serverKey, covered)) {
        return this.fail({ kind: 'signatureWrong' }, Alerts.DECRYPT_ERROR);
      }
      this.allowed = [T.CERTIFICATE_REQUEST, T.SERVER_HELLO_DONE];
      return;
    }
    if (reader.failed || reader.remaining > 0) {
      return this.malformed('ServerKeyExchange', 'its length is wrong');
    }
    this.allowed = [T.SERVER_HELLO_DONE];
  }

  private serverHelloDone(message: HandshakeMessage): void {
    const { context, suite, server, credentials } = this;
    context.transcript.add(message);
    if (message.body.length > 0) return this.malformed('ServerHelloDone', 'it is not empty');
    if (!suite || !server) return;
    const flight: FlightStep[] = [];
    const own = this.certificateAsked ? credentials.certificate : undefined;
    const type = server.extensions.clientCertificateTypes?.[0] ?? CertificateTypes.X509;
    const shown = own && heldTypes(own).includes(type) ? own : undefined;
    if (this.certificateAsked) {
      flight.push(context.compose(T.CERTIFICATE, encodeCertificate(shown, type)));
    }
    const exchange: Uint8Array[] = [];
    let premaster: Uint8Array = NO_BYTES;
    const psk = suite.keyExchange === 'ECDHE_ECDSA' ? undefined : credentials.psk;
    if (psk) {
      exchange.push(vector16(psk.identity));
      this.identity = { kind: 'psk', identity: psk.identity };
    }
    if (this.serverPoint) {
      const ephemeral = new EphemeralKey(context.settings.random);
      const secret = ephemeral.secretWith(this.serverPoint);
      if (!secret) return this.illegal('a point off the curve');
      exchange.push(vector8(ephemeral.publicPoint));
      premaster = secret;
    }
    if (psk) premaster = pskPremaster(psk.key, this.serverPoint ? premaster : undefined);
    flight.push(context.compose(T.CLIENT_KEY_EXCHANGE, concatBytes(exchange)));
    const agreed = {
      clientRandom: this.hello.random,
      serverRandom: server.random,
      extendedMasterSecret: server.extensions.extendedMasterSecret === true,
    };
    this.useMaster(deriveMaster(agreed, premaster, context.transcript.hash()));
    if (shown) {
      const signature = encodeSignature(shown.privateKey, context.transcript.bytes());
      flight.push(context.compose(T.CERTIFICATE_VERIFY, signature));
    }
    this.allowed = [T.FINISHED];
    context.flights.send([...flight, ...this.ownFinished()], true);
  }

  private useMaster(master: Uint8Array): void {
    const { context, suite, server, hello } = this;
    if (!suite || !server) return;
    const { random, keyLog } = context.settings;
    this.master = master;
    keyLog?.(hello.random, master);
    const encryptThenMac = server.extensions.encryptThenMac === true;
    this.keys = epochKeys(suite, master, hello.random, server.random, encryptThenMac, random);
    context.layer.readWith(this.keys.server, this.ownCid.length > 0);
  }

  /** Agreed on only where both sides sent the extension. */
  private get ownCid(): Uint8Array {
    const { connectionId } = this.hello.extensions;
    return (this.server?.extensions.connectionId && connectionId) || NO_BYTES;
  }

  private get peerCid(): Uint8Array {
    return this.server?.extensions.connectionId ?? NO_BYTES;
  }

  private ownFinished(): FlightStep[] {
    const { context, keys } = this;
    if (keys) context.layer.writeWith(keys.client, this.peerCid.slice());
    const data = verifyData(this.master, 'client', context.transcript.hash());
    return [CHANGE_CIPHER_SPEC, context.compose(T.FINISHED, data, 1)];
  }

  private finished(message: HandshakeMessage): void {
    const { context, server, suite, credentials } = this;
    const data = verifyData(this.master, 'server', context.transcript.hash());
    if (message.body.length !== data.length || !timingSafeEqual(data, message.body)) {
      return this.fail({ kind: 'finishedWrong' }, Alerts.DECRYPT_ERROR);
    }
    context.transcript.add(message);
    if (!server || !suite) return;
    if (this.resumed) context.flights.send(this.ownFinished(), false);
    else context.flights.stop();
    const { extensions } = server;
    const extendedMasterSecret = extensions.extendedMasterSecret === true;
    context.establish(
      {
        sessionId: server.sessionId,
        suite,
        identity: this.identity,
        resumed: this.resumed,
        extendedMasterSecret,
        encryptThenMac: extensions.encryptThenMac === true,
        maxFragmentLength: extensions.maxFragmentLength,
        ownCid: this.ownCid,
        peerCid: this.peerCid,
        serverName: undefined,
      },
      {
        id: server.sessionId.slice(),
        master: this.master,
        suite,
        extendedMasterSecret,
        serverName: undefined,
        identity: this.identity,
        keyHash: credentials.psk && sha256(credentials.psk.key),
      },
    );
  }
}

/** An extension that the server answers although it was not asked (RFC 5246 §7.4.1.4). */
function unasked(
  answered: ServerHello['extensions'],
  asked: Omit<ClientHello['extensions'], 'numbers'>,
): string | undefined {
  const names = [
    'maxFragmentLength',
    'encryptThenMac',
    'extendedMasterSecret',
    'connectionId',
    'serverCertificateTypes',
    'clientCertificateTypes',
  ] as const;
  const name = names.find((n) => answered[n] !== undefined && asked[n] === undefined);
  if (name) return `${name}, which was not asked for`;
  if (answered.maxFragmentLength !== asked.maxFragmentLength && answered.maxFragmentLength !== undefined) {
    return 'another maxFragmentLength than asked for';
  }
  return undefined;
}
