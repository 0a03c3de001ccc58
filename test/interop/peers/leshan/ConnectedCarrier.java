import com.fasterxml.jackson.databind.JsonNode;
import com.mbed.coap.packet.Code;
import com.mbed.coap.packet.CoapRequest;
import com.mbed.coap.packet.CoapResponse;
import com.mbed.coap.packet.MediaTypes;
import com.mbed.coap.packet.Opaque;
import com.mbed.coap.server.CoapServer;
import com.mbed.coap.server.observe.ObserversManager;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.leshan.client.resource.LwM2mObjectEnabler;
import org.eclipse.leshan.client.resource.LwM2mObjectTree;
import org.eclipse.leshan.client.resource.listener.ObjectsListenerAdapter;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.client.util.LinkFormatHelper;
import org.eclipse.leshan.core.LwM2m.LwM2mVersion;
import org.eclipse.leshan.core.link.DefaultLinkSerializer;
import org.eclipse.leshan.core.node.LwM2mPath;
import org.eclipse.leshan.core.peer.IpPeer;
import org.eclipse.leshan.core.request.ContentFormat;

/**
 * LwM2M over coap+tcp and coaps+tcp: java-coap carries the messages and Leshan's objects and codecs answer, as Leshan's
 * own modules for it are not published. It registers at once, behind its CSM, without waiting for the server's.
 */
final class ConnectedCarrier implements Carrier {
    private static final List<ContentFormat> FORMATS = List.of(
        ContentFormat.CBOR, ContentFormat.SENML_JSON, ContentFormat.SENML_CBOR, ContentFormat.TLV, ContentFormat.TEXT);
    private static final int TIMEOUT_SECONDS = 10;

    private final Map<String, String> options;
    private final List<LwM2mObjectEnabler> objects;
    private final URI uri;
    private final InetSocketAddress address;
    private final LinkFormatHelper links = new LinkFormatHelper(LwM2mVersion.V1_1);
    private Connection connection;
    private CoapServer messages;
    private TreeService service;
    private String location;

    ConnectedCarrier(Map<String, String> options, List<LwM2mObjectEnabler> objects) {
        this.options = options;
        this.objects = objects;
        this.uri = URI.create(options.get("server"));
        this.address = new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    @Override
    public void start() throws Exception {
        LwM2mObjectTree tree = new LwM2mObjectTree(object -> object.init(null, links), objects);
        service = new TreeService(tree, new LwM2mServer(new IpPeer(address), 123L, uri));
        ObserversManager observers = new ObserversManager();
        connection = new Connection(uri.getScheme(), address, new Keys(options));
        messages = connection.builder().route(service).routeFilter(observers).build();
        observers.init(messages);
        tree.addListener(new ObjectsListenerAdapter() {
            @Override
            public void resourceChanged(LwM2mPath... paths) {
                for (LwM2mPath path : paths) {
                    observers.sendObservation(observed -> path.startWith(new LwM2mPath(observed)), service);
                }
            }
        });
        Background.run(this::register);
    }

    private void register() {
        try {
            messages.start();
            connection.awaitOpen();
            String payload = new DefaultLinkSerializer()
                .serializeCoreLinkFormat(links.getClientDescription(objects, null, FORMATS));
            CoapResponse response = ask(CoapRequest.post("/rd")
                .payload(payload, MediaTypes.CT_APPLICATION_LINK__FORMAT)
                .query("b", "T")
                .query("lwm2m", "1.1")
                .query("lt", options.getOrDefault("lifetime", "300"))
                .query("ep", options.get("endpoint"))
                .to(address));
            if (response.getCode() == Code.C201_CREATED) {
                location = response.options().getLocationPath();
                JsonLines.event("registered", "location", location);
            } else {
                JsonLines.event(
                    "refused", "code", codeOf(response), "message", response.getPayloadString());
            }
        } catch (Exception e) {
            JsonLines.event("unanswered", "request", "register", "message", String.valueOf(e));
        }
    }

    @Override
    public void update() throws Exception {
        CoapResponse response = ask(CoapRequest.post(location).to(address));
        if (response.getCode() == Code.C204_CHANGED) JsonLines.event("updated");
        else JsonLines.event("updateRefused", "code", codeOf(response));
    }

    @Override
    public void send(JsonNode command) throws Exception {
        List<LwM2mPath> paths = new ArrayList<>();
        command.path("paths").forEach(path -> paths.add(new LwM2mPath(path.asText())));
        ContentFormat format = ContentFormat.fromCode(command.path("format").asInt(ContentFormat.SENML_CBOR_CODE));
        Opaque body = service.values(paths, format);
        CoapResponse response = ask(CoapRequest.post("/dp").payload(body, (short) format.getCode()).to(address));
        JsonLines.event("sent", "code", codeOf(response));
    }

    @Override
    public void stop(boolean deregister) {
        try {
            if (deregister && location != null) {
                CoapResponse response = ask(CoapRequest.delete(location).to(address));
                if (response.getCode() == Code.C202_DELETED) JsonLines.event("deregistered");
            }
        } catch (Exception e) {
            JsonLines.event("unanswered", "request", "deregister", "message", String.valueOf(e));
        } finally {
            location = null;
            if (messages.isRunning()) messages.stop();
        }
    }

    /** {@code 204} for 2.04, as Leshan writes codes. */
    private static int codeOf(CoapResponse response) {
        int code = response.getCode().getCoapCode();
        return (code >> 5) * 100 + (code & 31);
    }

    private CoapResponse ask(CoapRequest request) throws Exception {
        return messages.clientService().apply(request).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
