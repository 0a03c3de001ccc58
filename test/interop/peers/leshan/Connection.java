import com.mbed.coap.packet.BlockSize;
import com.mbed.coap.server.CoapServerBuilderForTcp;
import com.mbed.coap.server.TcpCoapServer;
import com.mbed.coap.server.filter.TokenGeneratorFilter;
import com.mbed.coap.transport.javassl.SSLSocketClientTransport;
import com.mbed.coap.transport.javassl.SocketClientTransport;
import java.net.InetSocketAddress;
import javax.net.SocketFactory;

/** A connection of java-coap's to a server: its framing, capabilities (CSM) and blocks up to BERT (RFC 8323). */
final class Connection {
    private static final int MAX_BODY = 64 << 20;
    private static final int MAX_MESSAGE = 1152;

    private Connection() {}

    static CoapServerBuilderForTcp builder(String scheme, InetSocketAddress address, Keys keys) throws Exception {
        return TcpCoapServer.builder()
            .transport(
                scheme.equals("coaps+tcp")
                    ? new SSLSocketClientTransport(address, keys.tls().getSocketFactory(), false)
                    : new SocketClientTransport(address, SocketFactory.getDefault(), false))
            .blockSize(BlockSize.S_1024_BERT)
            .maxMessageSize(MAX_MESSAGE)
            .maxIncomingBlockTransferSize(MAX_BODY)
            .outboundFilter(TokenGeneratorFilter.RANDOM);
    }
}
