import { timingSafeEqual, type KeyObject } from 'node:crypto';
import { NO_BYTES, concatBytes } from '../base/bytes';
import { Alerts } from './alert';
import {
  certificateRefusal,
  decodeCertificate,
  encodeCertificate,
  encodeCertificateRequest,
} from './certificateMessage';
import { EMPTY_RENEGOTIATION_INFO_SCSV } from './cipherSuite';
import type { ClientHello } from './clientHello';
import type { PeerIdentity, ServerCredentials } from './credentials';
import { EphemeralKey, encodeEcdhParams, encodeSignature, verifySignature } from './ecdhe';
import { ExtensionTypes, SECP256R1 } from './extension';
import { CHANGE_CIPHER_SPEC, type FlightStep } from './flight';
import type { HandshakeContext, HandshakeSide } from './handshakeContext';
import type { Preference } from './keyOrCertificate';
import { HandshakeTypes, handshakeName, type HandshakeMessage } from './handshakeMessage';
import { pskPremaster, sha256, verifyData } from './prf';
import { ContentTypes, DTLS_1_2, type DtlsRecord } from './record';
import { RecordLayer } from './recordLayer';
import { epochKeys, type EpochKeys } from './recordProtection';
import { deriveMaster } from './secrets';
import { chooseSuite, mayResume, refuseHello, type ServerChoice } from './serverChoice';
import { encodeServerHello } from './serverHello';
import type { ResumableSession } from './sessionCache';
import { vector16, WireReader } from './wire';

const T = HandshakeTypes;

/** A record that does not open may be anyone's; when the peer repeats it, the key is wrong. */
const MAX_UNVERIFIED = 2;

/** The server's side, from a ClientHello whose cookie was verified. */
export class ServerHandshake implements HandshakeSide {
  private readonly serverRandom: Uint8Array;
  private readonly ownCid: Uint8Array;
  private choice: ServerChoice | undefined;
  private session: ResumableSession | undefined;
  private resumed = false;
  private expected: number = T.FINISHED;
  private ephemeral: EphemeralKey | undefined;
  private identity: PeerIdentity = { kind: 'anonymous' };
  private clientKey: KeyObject | undefined;
  private keys: EpochKeys | undefined;
  private master: Uint8Array = NO_BYTES;
  /** What the premaster secret has besides the key, for trying another key. */
  private ecdhSecret: Uint8Array | undefined;
  private sessionHash: Uint8Array = NO_BYTES;
  private unverifiedCount = 0;

  constructor(
    private readonly context: HandshakeContext,
    private readonly credentials: ServerCredentials,
    private readonly hello: ClientHello,
    private readonly helloMessage: HandshakeMessage,
    private readonly preference: Preference,
  ) {
    this.serverRandom = context.settings.random.bytes(32);
    this.ownCid = hello.extensions.connectionId ? context.newCid() : NO_BYTES;
  }

  start(): void {
    const { context, hello } = this;
    const { attempt, settings } = context;
    context.transcript.add(this.helloMessage);
    const refused = refuseHello(hello);
    if (refused) return context.fail(refused.failure, refused.alert);
    const { maxFragmentLength } = hello.extensions;
    if (maxFragmentLength !== undefined) context.flights.maxFragment = maxFragmentLength;
    const known = hello.sessionId.length > 0 ? context.resumable.get(hello.sessionId) : undefined;
    if (known) {
      const resumable = mayResume(known, hello, settings.suites, this.credentials);
      if (typeof resumable === 'object') return context.fail(resumable.failure, resumable.alert);
      if (resumable === 'yes') return this.resume(known);
      context.tell({ kind: 'notResumed', attempt, reason: resumable });
    } else if (hello.sessionId.length > 0) {
      context.tell({ kind: 'notResumed', attempt, reason: 'unknownSession' });
    }
    const choice = chooseSuite(hello, settings.suites, this.credentials, this.preference.keyFirst);
    if ('failure' in choice) return context.fail(choice.failure, choice.alert);
    this.choice = choice;
    this.offer(choice);
  }

  message(message: HandshakeMessage): void {
    if (message.type !== this.expected) {
      return this.context.fail(
        { kind: 'unexpectedMessage', message: handshakeName(message.type) },
        Alerts.UNEXPECTED_MESSAGE,
      );
    }
    switch (message.type) {
      case T.CERTIFICATE:
        return this.certificate(message);
      case T.CLIENT_KEY_EXCHANGE:
        return this.clientKeyExchange(message);
      case T.CERTIFICATE_VERIFY:
        return this.certificateVerify(message);
      default:
        return this.finished(message);
    }
  }

  unverified(record: DtlsRecord): void {
    const { identity, choice, context, hello, serverRandom, sessionHash, ecdhSecret } = this;
    const { type } = record.header;
    if (identity.kind !== 'psk' || !choice || this.resumed) return;
    if (type !== ContentTypes.HANDSHAKE && type !== ContentTypes.TLS12_CID) return;
    const encryptThenMac = this.encryptThenMac;
    const withCid = this.ownCid.length > 0;
    if (this.unverifiedCount++ === 0) {
      const opensWith = (psk: Uint8Array): boolean => {
        const agreed = this.agreed();
        const master = deriveMaster(agreed, pskPremaster(psk, ecdhSecret), sessionHash);
        const { suite } = choice;
        const { random } = context.settings;
        const layer = new RecordLayer();
        layer.readWith(
          epochKeys(suite, master, hello.random, serverRandom, encryptThenMac, random).client,
          withCid,
        );
        return typeof layer.open(record) === 'object';
      };
      context.tell({
        kind: 'unverified',
        attempt: context.attempt,
        identity: identity.identity,
        opensWith,
      });
    }
    if (this.unverifiedCount >= MAX_UNVERIFIED) {
      context.fail({ kind: 'wrongKey', identity: identity.identity }, Alerts.BAD_RECORD_MAC);
    }
  }

  alerted(): void {
    const { choice, expected } = this;
    const keyed = choice !== undefined && choice.suite.keyExchange !== 'ECDHE_ECDSA';
    if (keyed && expected === T.CLIENT_KEY_EXCHANGE) this.preference.keyUnknown(undefined);
  }

  private offer({ suite, serverCertificateType, clientCertificateType }: ServerChoice): void {
    const { context, credentials, hello } = this;
    const { random } = context.settings;
    const certified = suite.keyExchange === 'ECDHE_ECDSA';
    const asksClient = certified && credentials.judge !== undefined;
    const flight: FlightStep[] = [];
    const add = (type: number, body: Uint8Array) => void flight.push(context.compose(type, body));
    const sessionId = random.bytes(32);
    add(
      T.SERVER_HELLO,
      this.serverHello(sessionId, suite.id, {
        ...(certified && hello.extensions.serverCertificateTypes
          ? { serverCertificateTypes: [serverCertificateType] }
          : {}),
        ...(asksClient && hello.extensions.clientCertificateTypes
          ? { clientCertificateTypes: [clientCertificateType] }
          : {}),
      }),
    );
    const own = credentials.certificate;
    if (certified && own) add(T.CERTIFICATE, encodeCertificate(own, serverCertificateType));
    if (suite.keyExchange !== 'PSK') {
      this.ephemeral = new EphemeralKey(random);
      const params = encodeEcdhParams(this.ephemeral.publicPoint);
      const covered = concatBytes([hello.random, this.serverRandom, params]);
      add(
        T.SERVER_KEY_EXCHANGE,
        certified && own
          ? concatBytes([params, encodeSignature(own.privateKey, covered)])
          : concatBytes([vector16(), params]),
      );
    }
    if (asksClient) add(T.CERTIFICATE_REQUEST, encodeCertificateRequest());
    add(T.SERVER_HELLO_DONE, NO_BYTES);
    this.expected = asksClient ? T.CERTIFICATE : T.CLIENT_KEY_EXCHANGE;
    this.session = {
      id: sessionId,
      suite,
      master: NO_BYTES,
      extendedMasterSecret: hello.extensions.extendedMasterSecret === true,
      serverName: hello.extensions.serverName,
      identity: this.identity,
      keyHash: undefined,
    };
    context.flights.send(flight, true);
  }

  private resume(known: ResumableSession): void {
    const { context } = this;
    this.session = known;
    this.resumed = true;
    this.identity = known.identity;
    this.choice = { suite: known.suite, serverCertificateType: 0, clientCertificateType: 0 };
    this.expected = T.FINISHED;
    const hello = context.compose(T.SERVER_HELLO, this.serverHello(known.id, known.suite.id, {}));
    this.useMaster(known.master);
    context.flights.send([hello, ...this.ownFinished()], true);
  }

  private serverHello(
    sessionId: Uint8Array,
    cipherSuite: number,
    certificateTypes: {
      readonly serverCertificateTypes?: readonly number[];
      readonly clientCertificateTypes?: readonly number[];
    },
  ): Uint8Array {
    const { extensions, cipherSuites } = this.hello;
    const secureRenegotiation =
      extensions.renegotiationInfo !== undefined || cipherSuites.includes(EMPTY_RENEGOTIATION_INFO_SCSV);
    const ecdhe = this.choice !== undefined && this.choice.suite.keyExchange !== 'PSK' && !this.resumed;
    return encodeServerHello({
      version: DTLS_1_2,
      random: this.serverRandom,
      sessionId,
      cipherSuite,
      compressionMethod: 0,
      extensions: {
        ...certificateTypes,
        ...(secureRenegotiation ? { renegotiationInfo: NO_BYTES } : {}),
        ...(extensions.maxFragmentLength === undefined
          ? {}
          : { maxFragmentLength: extensions.maxFragmentLength }),
        ...(ecdhe && extensions.numbers.includes(ExtensionTypes.EC_POINT_FORMATS)
          ? { supportedGroups: [SECP256R1] }
          : {}),
        ...(this.encryptThenMac ? { encryptThenMac: true } : {}),
        ...(extensions.extendedMasterSecret ? { extendedMasterSecret: true } : {}),
        ...(this.usesCid ? { connectionId: this.ownCid } : {}),
      },
    });
  }

  private get usesCid(): boolean {
    return this.context.settings.cidLength !== undefined && this.hello.extensions.connectionId !== undefined;
  }

  /** RFC 7366 §2: of use for CBC only. */
  private get encryptThenMac(): boolean {
    return this.choice?.suite.cipher === 'CBC_SHA256' && this.hello.extensions.encryptThenMac === true;
  }

  private agreed() {
    return {
      clientRandom: this.hello.random,
      serverRandom: this.serverRandom,
      extendedMasterSecret: this.hello.extensions.extendedMasterSecret === true,
    };
  }

  private certificate(message: HandshakeMessage): void {
    const { context, credentials, choice } = this;
    context.transcript.add(message);
    const read = decodeCertificate(message.body, choice?.clientCertificateType ?? 0);
    if (!read) {
      return context.fail(
        { kind: 'certificateRefused', reason: 'it is no certificate on P-256' },
        Alerts.UNSUPPORTED_CERTIFICATE,
      );
    }
    this.expected = T.CLIENT_KEY_EXCHANGE;
    if (read === 'empty') {
      if (credentials.certificateRequired !== true) return;
      this.preference.noCertificate();
      return context.fail(
        { kind: 'certificateRefused', reason: 'the client has none' },
        Alerts.HANDSHAKE_FAILURE,
      );
    }
    const verdict = credentials.judge?.(read.presented);
    if (!verdict?.trusted) {
      const { failure, alert } = certificateRefusal(verdict, read.presented);
      return context.fail(failure, alert);
    }
    this.clientKey = read.key;
    this.identity = { kind: 'certificate', name: verdict.name, presented: read.presented };
  }

  private clientKeyExchange(message: HandshakeMessage): void {
    const { context, choice, credentials } = this;
    if (!choice || !this.session) return;
    const { keyExchange } = choice.suite;
    const reader = new WireReader(message.body);
    const identity = keyExchange === 'ECDHE_ECDSA' ? NO_BYTES : reader.vector16().slice();
    const point = keyExchange === 'PSK' ? NO_BYTES : reader.vector8();
    if (reader.failed || reader.remaining > 0) {
      return context.fail(
        { kind: 'malformed', message: 'ClientKeyExchange', problem: 'its length is wrong' },
        Alerts.DECODE_ERROR,
      );
    }
    context.transcript.add(message);
    this.sessionHash = context.transcript.hash();
    if (this.ephemeral) {
      this.ecdhSecret = this.ephemeral.secretWith(point);
      if (!this.ecdhSecret) {
        return context.fail(
          { kind: 'illegalChoice', what: 'a point off the curve' },
          Alerts.ILLEGAL_PARAMETER,
        );
      }
    }
    let premaster = this.ecdhSecret ?? NO_BYTES;
    let keyHash: Uint8Array | undefined;
    if (keyExchange !== 'ECDHE_ECDSA') {
      context.tell({ kind: 'identity', attempt: context.attempt, identity });
      const psk = credentials.psk?.(identity);
      if (!psk) {
        this.preference.keyUnknown(identity);
        return context.fail({ kind: 'unknownIdentity', identity }, Alerts.UNKNOWN_PSK_IDENTITY);
      }
      this.identity = { kind: 'psk', identity };
      premaster = pskPremaster(psk, this.ecdhSecret);
      keyHash = sha256(psk);
    }
    const master = deriveMaster(this.agreed(), premaster, this.sessionHash);
    this.session = { ...this.session, master, keyHash, identity: this.identity };
    this.expected = this.clientKey ? T.CERTIFICATE_VERIFY : T.FINISHED;
    this.useMaster(master);
  }

  private certificateVerify(message: HandshakeMessage): void {
    const { context, clientKey } = this;
    const covered = context.transcript.bytes();
    if (!clientKey || !verifySignature(new WireReader(message.body), clientKey, covered)) {
      return context.fail({ kind: 'signatureWrong' }, Alerts.DECRYPT_ERROR);
    }
    context.transcript.add(message);
    this.expected = T.FINISHED;
  }

  private useMaster(master: Uint8Array): void {
    const { context, hello, serverRandom, choice } = this;
    if (!choice) return;
    const { random, keyLog } = context.settings;
    this.master = master;
    keyLog?.(hello.random, master);
    this.keys = epochKeys(choice.suite, master, hello.random, serverRandom, this.encryptThenMac, random);
    context.layer.readWith(this.keys.client, this.usesCid && this.ownCid.length > 0);
  }

  private ownFinished(): FlightStep[] {
    const { context, hello, keys } = this;
    if (keys) {
      context.layer.writeWith(
        keys.server,
        this.usesCid ? (hello.extensions.connectionId ?? NO_BYTES).slice() : NO_BYTES,
      );
    }
    const data = verifyData(this.master, 'server', context.transcript.hash());
    return [CHANGE_CIPHER_SPEC, context.compose(T.FINISHED, data, 1)];
  }

  private finished(message: HandshakeMessage): void {
    const { context, session, choice, hello } = this;
    const data = verifyData(this.master, 'client', context.transcript.hash());
    if (message.body.length !== data.length || !timingSafeEqual(data, message.body)) {
      return context.fail({ kind: 'finishedWrong' }, Alerts.DECRYPT_ERROR);
    }
    context.transcript.add(message);
    if (!session || !choice) return;
    if (this.resumed) context.flights.stop();
    else context.flights.send(this.ownFinished(), false);
    context.establish(
      {
        sessionId: session.id,
        suite: choice.suite,
        identity: this.identity,
        resumed: this.resumed,
        extendedMasterSecret: hello.extensions.extendedMasterSecret === true,
        encryptThenMac: this.encryptThenMac,
        maxFragmentLength: hello.extensions.maxFragmentLength,
        ownCid: this.usesCid ? this.ownCid : NO_BYTES,
        peerCid: this.usesCid ? (hello.extensions.connectionId ?? NO_BYTES) : NO_BYTES,
        serverName: hello.extensions.serverName,
      },
      session,
    );
  }
}
