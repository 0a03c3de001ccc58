import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.leshan.core.model.ResourceModel.Type;
import org.eclipse.leshan.core.node.LwM2mNode;
import org.eclipse.leshan.core.node.LwM2mObjectInstance;
import org.eclipse.leshan.core.node.LwM2mPath;
import org.eclipse.leshan.core.node.LwM2mResource;
import org.eclipse.leshan.core.node.TimestampedLwM2mNodes;
import org.eclipse.leshan.core.observation.CompositeObservation;
import org.eclipse.leshan.core.observation.Observation;
import org.eclipse.leshan.core.observation.SingleObservation;
import org.eclipse.leshan.core.request.ContentFormat;
import org.eclipse.leshan.core.request.CreateRequest;
import org.eclipse.leshan.core.request.DeleteRequest;
import org.eclipse.leshan.core.request.DiscoverRequest;
import org.eclipse.leshan.core.request.DownlinkDeviceManagementRequest;
import org.eclipse.leshan.core.request.ExecuteRequest;
import org.eclipse.leshan.core.request.ObserveRequest;
import org.eclipse.leshan.core.request.ReadCompositeRequest;
import org.eclipse.leshan.core.request.ReadRequest;
import org.eclipse.leshan.core.request.SendRequest;
import org.eclipse.leshan.core.request.WriteRequest;
import org.eclipse.leshan.core.response.CreateResponse;
import org.eclipse.leshan.core.response.DiscoverResponse;
import org.eclipse.leshan.core.response.LwM2mResponse;
import org.eclipse.leshan.core.response.ObserveCompositeResponse;
import org.eclipse.leshan.core.response.ObserveResponse;
import org.eclipse.leshan.core.response.ReadCompositeResponse;
import org.eclipse.leshan.core.response.ReadResponse;
import org.eclipse.leshan.server.LeshanServer;
import org.eclipse.leshan.server.observation.ObservationListener;
import org.eclipse.leshan.server.registration.Registration;
import org.eclipse.leshan.server.send.SendListener;

/** Single requests to a device, and what it tells by itself, as events: for a device under test, not for measuring. */
final class Management implements ObservationListener, SendListener {
    private static final long TIMEOUT_MS = 30_000;

    private final LeshanServer server;

    Management(LeshanServer server) {
        this.server = server;
        server.getObservationService().addListener(this);
        server.getSendService().addListener(this);
    }

    /** Sends one request and tells the answer: {@code code} as 205 for 2.05, null when none came. */
    void request(JsonNode command) throws InterruptedException {
        Registration registration = server.getRegistrationService().getByEndpoint(command.path("endpoint").asText());
        if (registration == null) throw new IllegalStateException("not registered: " + command.path("endpoint"));
        LwM2mResponse response = server.send(registration, requestOf(registration, command), TIMEOUT_MS);
        JsonLines.event(
            "answer",
            "kind", command.path("kind").asText(),
            "path", command.path("path").asText(),
            "code", response == null ? null : response.getCode().getCode(),
            "content", contentOf(response),
            "message", response == null ? "no answer" : response.getErrorMessage());
    }

    private DownlinkDeviceManagementRequest<? extends LwM2mResponse> requestOf(Registration to, JsonNode command) {
        String path = command.path("path").asText();
        ContentFormat format = command.has("format") ? ContentFormat.fromCode(command.get("format").asInt()) : null;
        switch (command.path("kind").asText()) {
            case "read":
                return new ReadRequest(format, path);
            case "observe":
                return new ObserveRequest(format, path);
            case "discover":
                return new DiscoverRequest(path);
            case "execute":
                return new ExecuteRequest(path, command.path("arguments").asText());
            case "delete":
                return new DeleteRequest(path);
            case "create":
                return create(to, format, new LwM2mPath(path), command.path("value"));
            case "write":
                return write(to, format, new LwM2mPath(path), command.get("value"));
            case "readComposite":
                List<String> paths = new ArrayList<>();
                command.path("paths").forEach(each -> paths.add(each.asText()));
                return new ReadCompositeRequest(format, format, paths);
            default:
                throw new IllegalArgumentException("no such request: " + command.path("kind"));
        }
    }

    private CreateRequest create(Registration to, ContentFormat format, LwM2mPath path, JsonNode value) {
        List<LwM2mResource> resources = resources(to, path, value);
        if (path.isObject()) return new CreateRequest(format, path.getObjectId(), resources);
        LwM2mObjectInstance instance = new LwM2mObjectInstance(path.getObjectInstanceId(), resources);
        return new CreateRequest(format, path.getObjectId(), instance);
    }

    private WriteRequest write(Registration to, ContentFormat format, LwM2mPath path, JsonNode value) {
        if (path.isObjectInstance()) {
            return new WriteRequest(
                WriteRequest.Mode.UPDATE, format, path.getObjectId(), path.getObjectInstanceId(), resources(to, path, value));
        }
        LwM2mResource resource = Values.resource(path.getResourceId(), typeOf(to, path, path.getResourceId()), value);
        return new WriteRequest(WriteRequest.Mode.REPLACE, format, path, resource);
    }

    private List<LwM2mResource> resources(Registration to, LwM2mPath path, JsonNode values) {
        List<LwM2mResource> resources = new ArrayList<>();
        values.fields().forEachRemaining(f -> {
            int id = Integer.parseInt(f.getKey());
            resources.add(Values.resource(id, typeOf(to, path, id), f.getValue()));
        });
        return resources;
    }

    private Type typeOf(Registration to, LwM2mPath path, int resource) {
        return server.getModelProvider().getObjectModel(to).getResourceModel(path.getObjectId(), resource).type;
    }

    private static Object contentOf(LwM2mResponse response) {
        if (response instanceof ReadResponse && response.isSuccess()) {
            return Values.plain(((ReadResponse) response).getContent());
        }
        if (response instanceof ReadCompositeResponse && response.isSuccess()) {
            return byPath(((ReadCompositeResponse) response).getContent());
        }
        if (response instanceof CreateResponse && response.isSuccess()) return ((CreateResponse) response).getLocation();
        if (response instanceof DiscoverResponse && response.isSuccess()) {
            List<String> links = new ArrayList<>();
            for (Object link : ((DiscoverResponse) response).getObjectLinks()) links.add(link.toString());
            return links;
        }
        return null;
    }

    private static Map<String, Object> byPath(Map<LwM2mPath, LwM2mNode> nodes) {
        Map<String, Object> content = new LinkedHashMap<>();
        nodes.forEach((path, node) -> content.put(path.toString(), Values.plain(node)));
        return content;
    }

    @Override
    public void newObservation(Observation observation, Registration registration) {}

    @Override
    public void cancelled(Observation observation) {}

    @Override
    public void onResponse(SingleObservation observation, Registration registration, ObserveResponse response) {
        JsonLines.event(
            "notified",
            "endpoint", registration.getEndpoint(),
            "path", observation.getPath().toString(),
            "content", Values.plain(response.getContent()));
    }

    @Override
    public void onResponse(CompositeObservation observation, Registration registration, ObserveCompositeResponse response) {
        JsonLines.event("notified", "endpoint", registration.getEndpoint(), "content", byPath(response.getContent()));
    }

    @Override
    public void onError(Observation observation, Registration registration, Exception error) {
        JsonLines.event("error", "message", String.valueOf(error));
    }

    @Override
    public void dataReceived(Registration registration, TimestampedLwM2mNodes data, SendRequest request) {
        JsonLines.event(
            "sent", "endpoint", registration.getEndpoint(), "content", byPath(data.getMostRecentNodes()));
    }

    @Override
    public void onError(Registration registration, String message, Exception error) {
        JsonLines.event("error", "message", message);
    }
}
