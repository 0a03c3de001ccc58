import com.mbed.coap.client.CoapClient;
import com.mbed.coap.packet.CoapRequest;
import com.mbed.coap.packet.CoapResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;

/**
 * Fetches a package over a connection of its own: by Californium over coap and coaps, by java-coap over coap+tcp and
 * coaps+tcp, by the JDK's client over http and https.
 */
final class Download {
    private static final int MAX_IMAGE = 64 << 20;
    private static final int TIMEOUT_MS = 600_000;

    private final Keys keys;

    Download(Keys keys) {
        DtlsConfig.register();
        CoapConfig.register();
        this.keys = keys;
    }

    /** The server answered, and not with the package. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String answer) {
            super(answer);
        }
    }

    /** The package at a URI. Throws {@link Refused}, {@code IllegalArgumentException} for what is no URI of ours. */
    byte[] fetch(String uri) throws Exception {
        URI parsed = URI.create(uri);
        switch (String.valueOf(parsed.getScheme())) {
            case "coap":
            case "coaps":
                return byCalifornium(uri);
            case "coap+tcp":
            case "coaps+tcp":
                return byJavaCoap(parsed);
            case "http":
            case "https":
                return byHttp(parsed);
            default:
                throw new IllegalArgumentException("no such scheme: " + uri);
        }
    }

    private byte[] byCalifornium(String uri) throws Exception {
        Configuration configuration = Configuration.createStandardWithoutFile();
        configuration.set(CoapConfig.MAX_RESOURCE_BODY_SIZE, MAX_IMAGE);
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        CoapEndpoint.Builder builder = new CoapEndpoint.Builder().setConfiguration(configuration);
        if (uri.startsWith("coaps:")) {
            keys.configure(configuration);
            DtlsConnectorConfig.Builder dtls = new DtlsConnectorConfig.Builder(configuration).setAddress(local);
            keys.configure(dtls);
            dtls.set(DtlsConfig.DTLS_ROLE, DtlsConfig.DtlsRole.CLIENT_ONLY);
            builder.setConnector(new DTLSConnector(dtls.build()));
        } else {
            builder.setInetSocketAddress(local);
        }
        CoapEndpoint endpoint = builder.build();
        try {
            endpoint.start();
            org.eclipse.californium.core.CoapClient client =
                new org.eclipse.californium.core.CoapClient(uri).setTimeout((long) TIMEOUT_MS).setEndpoint(endpoint);
            org.eclipse.californium.core.CoapResponse response = client.get();
            if (response == null) throw new java.io.IOException("no answer");
            if (!response.isSuccess()) throw new Refused(response.getCode().toString());
            return response.getPayload();
        } finally {
            endpoint.destroy();
        }
    }

    private byte[] byJavaCoap(URI uri) throws Exception {
        InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
        Connection connection = new Connection(uri.getScheme(), address, keys);
        CoapClient client = connection.builder().buildClient(address);
        try {
            connection.awaitOpen();
            CoapResponse response =
                client.send(CoapRequest.get(uri.getPath()).to(address)).get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (!response.getCode().isSuccess()) throw new Refused(response.getCode().codeToString());
            return response.getPayload().getBytes();
        } finally {
            client.close();
        }
    }

    private byte[] byHttp(URI uri) throws Exception {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        if (uri.getScheme().equals("https")) builder.sslContext(keys.tls());
        HttpResponse<byte[]> response =
            builder.build().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) throw new Refused(String.valueOf(response.statusCode()));
        return response.body();
    }
}
