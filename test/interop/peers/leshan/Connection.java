import com.mbed.coap.packet.BlockSize;
import com.mbed.coap.server.CoapServerBuilderForTcp;
import com.mbed.coap.server.TcpCoapServer;
import com.mbed.coap.server.filter.TokenGeneratorFilter;
import com.mbed.coap.transport.CoapTcpListener;
import com.mbed.coap.transport.javassl.SocketClientTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;

/** A connection of java-coap's to a server: its framing, capabilities (CSM) and blocks up to BERT (RFC 8323). */
final class Connection {
    private static final int MAX_BODY = 64 << 20;
    /** More than 1152 says that BERT is taken (RFC 8323 §6). */
    private static final int MAX_MESSAGE = 64 << 10;
    private static final int TIMEOUT_SECONDS = 10;

    private final InetSocketAddress address;
    private final SocketFactory sockets;
    private final CountDownLatch open = new CountDownLatch(1);

    Connection(String scheme, InetSocketAddress address, Keys keys) throws Exception {
        this.address = address;
        this.sockets = scheme.equals("coaps+tcp") ? keys.tls().getSocketFactory() : SocketFactory.getDefault();
    }

    CoapServerBuilderForTcp builder() {
        return TcpCoapServer.builder()
            .transport(transport())
            .blockSize(BlockSize.S_1024_BERT)
            .maxMessageSize(MAX_MESSAGE)
            .maxIncomingBlockTransferSize(MAX_BODY)
            .outboundFilter(TokenGeneratorFilter.RANDOM);
    }

    /**
     * Waits until our CSM has left, which has to be the first message (RFC 8323 §5.3): java-coap sends it on a thread of
     * its own, and a request that is sent meanwhile overtakes it. The server's CSM is not waited for.
     */
    void awaitOpen() throws IOException, InterruptedException {
        if (!open.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) throw new IOException("no connection to " + address);
    }

    private SocketClientTransport transport() {
        // Not its SSLSocketClientTransport: that one fails where the handshake ends before it has noted its own socket.
        return new SocketClientTransport(address, sockets, false) {
            @Override
            public void setListener(CoapTcpListener listener) {
                super.setListener(telling(listener));
            }
        };
    }

    private CoapTcpListener telling(CoapTcpListener listener) {
        return new CoapTcpListener() {
            @Override
            public void onConnected(InetSocketAddress remote) {
                listener.onConnected(remote);
                open.countDown();
            }

            @Override
            public void onDisconnected(InetSocketAddress remote) {
                listener.onDisconnected(remote);
            }
        };
    }
}
