import com.mbed.coap.packet.Code;
import com.mbed.coap.packet.CoapRequest;
import com.mbed.coap.packet.CoapResponse;
import com.mbed.coap.packet.Opaque;
import com.mbed.coap.utils.Service;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.leshan.client.resource.LwM2mObjectEnabler;
import org.eclipse.leshan.client.resource.LwM2mObjectTree;
import org.eclipse.leshan.client.resource.RootEnabler;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.core.link.DefaultLinkSerializer;
import org.eclipse.leshan.core.node.LwM2mNode;
import org.eclipse.leshan.core.node.LwM2mPath;
import org.eclipse.leshan.core.node.codec.DefaultLwM2mDecoder;
import org.eclipse.leshan.core.node.codec.DefaultLwM2mEncoder;
import org.eclipse.leshan.core.request.ContentFormat;
import org.eclipse.leshan.core.request.DiscoverRequest;
import org.eclipse.leshan.core.request.ExecuteRequest;
import org.eclipse.leshan.core.request.ReadCompositeRequest;
import org.eclipse.leshan.core.request.ReadRequest;
import org.eclipse.leshan.core.request.WriteCompositeRequest;
import org.eclipse.leshan.core.request.WriteRequest;
import org.eclipse.leshan.core.response.DiscoverResponse;
import org.eclipse.leshan.core.response.LwM2mResponse;
import org.eclipse.leshan.core.response.ReadCompositeResponse;
import org.eclipse.leshan.core.response.ReadResponse;

/** A server's CoAP requests, answered by Leshan's objects and codecs: read, discover, write, execute, both composites. */
final class TreeService implements Service<CoapRequest, CoapResponse> {
    private final LwM2mObjectTree tree;
    private final RootEnabler root;
    private final LwM2mServer server;
    private final DefaultLwM2mEncoder encoder = new DefaultLwM2mEncoder();
    private final DefaultLwM2mDecoder decoder = new DefaultLwM2mDecoder();

    TreeService(LwM2mObjectTree tree, LwM2mServer server) {
        this.tree = tree;
        this.root = new RootEnabler(tree);
        this.server = server;
    }

    @Override
    public CompletableFuture<CoapResponse> apply(CoapRequest request) {
        try {
            return CompletableFuture.completedFuture(answer(request));
        } catch (RuntimeException e) {
            JsonLines.event("error", "request", String.valueOf(request), "message", String.valueOf(e));
            return CompletableFuture.completedFuture(CoapResponse.of(Code.C500_INTERNAL_SERVER_ERROR, String.valueOf(e)));
        }
    }

    /** The values of paths, as SenML, for a Send. */
    Opaque values(List<LwM2mPath> paths, ContentFormat format) {
        ReadCompositeResponse read = root.read(server, new ReadCompositeRequest(paths, format, format, null));
        return Opaque.of(encoder.encodeNodes(read.getContent(), format, null, tree.getModel()));
    }

    private CoapResponse answer(CoapRequest request) {
        String uriPath = request.options().getUriPath();
        byte[] payload = request.getPayload().getBytes();
        if (uriPath == null || uriPath.isEmpty() || uriPath.equals("/")) return composite(request, payload);
        LwM2mPath path = new LwM2mPath(uriPath);
        LwM2mObjectEnabler object = tree.getObjectEnabler(path.getObjectId());
        if (object == null) return CoapResponse.of(Code.C404_NOT_FOUND);
        switch (request.getMethod()) {
            case GET:
                Integer accept = request.options().getAccept();
                return accept != null && accept == ContentFormat.LINK_CODE ? discover(object, path) : read(object, path, accept);
            case PUT:
                return write(object, WriteRequest.Mode.REPLACE, path, request, payload);
            case POST:
                if (path.isObjectInstance()) return write(object, WriteRequest.Mode.UPDATE, path, request, payload);
                String arguments = payload.length == 0 ? null : new String(payload, StandardCharsets.UTF_8);
                return plain(object.execute(server, new ExecuteRequest(path.toString(), arguments)));
            default:
                return CoapResponse.of(Code.C405_METHOD_NOT_ALLOWED);
        }
    }

    private CoapResponse read(LwM2mObjectEnabler object, LwM2mPath path, Integer accept) {
        ContentFormat asked = accept == null ? null : ContentFormat.fromCode(accept);
        ReadRequest request = new ReadRequest(asked, path, null);
        ReadResponse response = object.read(server, request);
        if (!response.isSuccess()) return plain(response);
        ContentFormat format = asked == null ? object.getDefaultEncodingFormat(request) : asked;
        if (!encoder.isSupported(format)) return CoapResponse.of(Code.C406_NOT_ACCEPTABLE);
        return content(encoder.encode(response.getContent(), format, null, path, tree.getModel()), format);
    }

    private CoapResponse discover(LwM2mObjectEnabler object, LwM2mPath path) {
        DiscoverResponse response = object.discover(server, new DiscoverRequest(path.toString(), null));
        if (!response.isSuccess()) return plain(response);
        String links = new DefaultLinkSerializer().serializeCoreLinkFormat(response.getObjectLinks());
        return content(links.getBytes(StandardCharsets.UTF_8), ContentFormat.LINK);
    }

    private CoapResponse write(
        LwM2mObjectEnabler object, WriteRequest.Mode mode, LwM2mPath path, CoapRequest request, byte[] payload) {
        Short code = request.options().getContentFormat();
        if (code == null) return CoapResponse.of(Code.C400_BAD_REQUEST, "no content format");
        ContentFormat format = ContentFormat.fromCode(code);
        if (!decoder.isSupported(format)) return CoapResponse.of(Code.C415_UNSUPPORTED_MEDIA_TYPE);
        LwM2mNode node = decoder.decode(payload, format, null, path, tree.getModel());
        return plain(object.write(server, new WriteRequest(mode, format, path, node)));
    }

    private CoapResponse composite(CoapRequest request, byte[] payload) {
        Short code = request.options().getContentFormat();
        if (code == null) return CoapResponse.of(Code.C400_BAD_REQUEST, "no content format");
        ContentFormat format = ContentFormat.fromCode(code);
        switch (request.getMethod()) {
            case FETCH:
                Integer accept = request.options().getAccept();
                ContentFormat asked = accept == null ? format : ContentFormat.fromCode(accept);
                List<LwM2mPath> paths = decoder.decodePaths(payload, format, null);
                ReadCompositeResponse read = root.read(server, new ReadCompositeRequest(paths, format, asked, null));
                if (!read.isSuccess()) return plain(read);
                return content(encoder.encodeNodes(read.getContent(), asked, null, tree.getModel()), asked);
            case iPATCH:
                Map<LwM2mPath, LwM2mNode> nodes = decoder.decodeNodes(payload, format, null, null, tree.getModel());
                return plain(root.write(server, new WriteCompositeRequest(format, nodes, null)));
            default:
                return CoapResponse.of(Code.C405_METHOD_NOT_ALLOWED);
        }
    }

    private static CoapResponse content(byte[] body, ContentFormat format) {
        return CoapResponse.coapResponse(Code.C205_CONTENT)
            .payload(Opaque.of(body))
            .contentFormat((short) format.getCode())
            .build();
    }

    private static CoapResponse plain(LwM2mResponse response) {
        int code = response.getCode().getCode();
        Code answered = Code.valueOf(code / 100, code % 100);
        return response.getErrorMessage() == null
            ? CoapResponse.of(answered)
            : CoapResponse.of(answered, response.getErrorMessage());
    }
}
