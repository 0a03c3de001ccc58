import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.californium.elements.auth.RawPublicKeyIdentity;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite;
import org.eclipse.californium.scandium.dtls.pskstore.SinglePskStore;
import org.eclipse.californium.scandium.dtls.x509.SingleCertificateProvider;
import org.eclipse.californium.scandium.dtls.x509.StaticCertificateVerifier;
import org.eclipse.leshan.client.object.Security;
import org.eclipse.leshan.core.CertificateUsage;

/**
 * What a device proves itself by, and whom it trusts, of its options: {@code psk-identity} and {@code psk-key} (hex); or
 * {@code private-key} (PKCS #8) with {@code public-key} and {@code server-key} (SubjectPublicKeyInfo), or with
 * {@code certificate} and {@code server-certificate}; {@code authority} is whom it trusts, {@code suite} the only cipher
 * suite it offers, {@code cid} the length of its connection ID. All DER in Base64.
 */
final class Keys {
    private final Map<String, String> options;

    Keys(Map<String, String> options) {
        this.options = options;
    }

    /** The instance of object 0 for a server. */
    Security securityObject(String server, int shortServerId) {
        if (!server.startsWith("coaps")) return Security.noSec(server, shortServerId);
        if (hasPsk()) {
            return Security.psk(server, shortServerId, options.get("psk-identity").getBytes(), pskKey());
        }
        if (isRaw()) {
            return Security.rpk(server, shortServerId, der("public-key"), der("private-key"), der("server-key"));
        }
        return Security.x509(
            server,
            shortServerId,
            der("certificate"),
            der("private-key"),
            der("server-certificate"),
            CertificateUsage.DOMAIN_ISSUER_CERTIFICATE.code);
    }

    /** What the client trusts besides the certificate it is told. */
    List<Certificate> trusted() throws GeneralSecurityException {
        return options.containsKey("authority") ? List.of(certificate("authority")) : List.of();
    }

    /** The options that shape a handshake, put into Californium's configuration. */
    void configure(Configuration configuration) {
        if (options.containsKey("suite")) {
            configuration.set(DtlsConfig.DTLS_RECOMMENDED_CIPHER_SUITES_ONLY, false);
            configuration.set(DtlsConfig.DTLS_CIPHER_SUITES, List.of(CipherSuite.valueOf(options.get("suite"))));
        }
        if (options.containsKey("cid")) {
            configuration.set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, Integer.valueOf(options.get("cid")));
        }
    }

    /** The same keys for a connection of its own: that of a download. */
    void configure(DtlsConnectorConfig.Builder dtls) throws GeneralSecurityException {
        if (hasPsk()) {
            dtls.setPskStore(new SinglePskStore(options.get("psk-identity"), pskKey()));
        } else if (isRaw()) {
            dtls.setCertificateIdentityProvider(new SingleCertificateProvider(privateKey(), publicKey("public-key")));
            dtls.setCertificateVerifier(new StaticCertificateVerifier.Builder()
                .setTrustedRPKs(new RawPublicKeyIdentity(publicKey("server-key")))
                .build());
        } else {
            Certificate[] chain = {certificate("certificate")};
            dtls.setCertificateIdentityProvider(new SingleCertificateProvider(privateKey(), chain));
            dtls.setCertificateVerifier(
                new StaticCertificateVerifier.Builder().setTrustedCertificates(certificate("authority")).build());
        }
    }

    /** TLS 1.2 with the device's certificate, where it has one, and the authority as the only one that is trusted. */
    SSLContext tls() throws Exception {
        char[] none = new char[0];
        KeyManagerFactory own = KeyManagerFactory.getInstance("SunX509");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, none);
        if (options.containsKey("certificate")) {
            keys.setKeyEntry("own", privateKey(), none, new Certificate[] {certificate("certificate")});
        }
        own.init(keys, none);
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, none);
        authorities.setCertificateEntry("authority", certificate("authority"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private boolean hasPsk() {
        return options.containsKey("psk-identity");
    }

    private boolean isRaw() {
        return options.containsKey("public-key");
    }

    private byte[] pskKey() {
        return HexFormat.of().parseHex(options.get("psk-key"));
    }

    private byte[] der(String name) {
        String text = options.get(name);
        if (text == null) throw new IllegalArgumentException("the device has no " + name);
        return Base64.getDecoder().decode(text);
    }

    private X509Certificate certificate(String name) throws GeneralSecurityException {
        return (X509Certificate)
            CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der(name)));
    }

    private PrivateKey privateKey() throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der("private-key")));
    }

    private PublicKey publicKey(String name) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der(name)));
    }
}
