import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.leshan.client.LeshanClient;
import org.eclipse.leshan.client.LeshanClientBuilder;
import org.eclipse.leshan.client.engine.DefaultRegistrationEngineFactory;
import org.eclipse.leshan.client.observer.LwM2mClientObserverAdapter;
import org.eclipse.leshan.client.resource.LwM2mObjectEnabler;
import org.eclipse.leshan.client.send.ManualDataSender;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.core.ResponseCode;
import org.eclipse.leshan.core.request.ContentFormat;
import org.eclipse.leshan.core.request.DeregisterRequest;
import org.eclipse.leshan.core.request.RegisterRequest;
import org.eclipse.leshan.core.request.UpdateRequest;
import org.eclipse.leshan.core.response.SendResponse;
import org.eclipse.leshan.transport.californium.client.endpoint.CaliforniumClientEndpointsProvider;
import org.eclipse.leshan.transport.californium.client.endpoint.coap.CoapClientProtocolProvider;
import org.eclipse.leshan.transport.californium.client.endpoint.coaps.CoapsClientProtocolProvider;

/** Leshan's client over coap and coaps. */
final class LeshanCarrier implements Carrier {
    private static final int MAX_BODY = 64 << 20;

    private final Map<String, String> options;
    private final List<LwM2mObjectEnabler> objects;
    private LeshanClient client;

    LeshanCarrier(Map<String, String> options, List<LwM2mObjectEnabler> objects) {
        this.options = options;
        this.objects = objects;
    }

    @Override
    public void start() throws Exception {
        Keys keys = new Keys(options);
        CaliforniumClientEndpointsProvider.Builder transport = new CaliforniumClientEndpointsProvider.Builder(
            new CoapClientProtocolProvider(), new CoapsClientProtocolProvider());
        Configuration configuration = transport.createDefaultConfiguration();
        configuration.set(CoapConfig.MAX_RESOURCE_BODY_SIZE, MAX_BODY);
        keys.configure(configuration);
        transport.setConfiguration(configuration);

        DefaultRegistrationEngineFactory engine = new DefaultRegistrationEngineFactory();
        engine.setRequestTimeoutInMs(5_000).setDeregistrationTimeoutInMs(2_000).setRetryWaitingTimeInMs(500);
        engine.setQueueMode(options.containsKey("queue-mode"));
        // An update in a session of its own would hide whether the old one still serves.
        engine.setReconnectOnUpdate(false);
        if (options.containsKey("period")) engine.setCommunicationPeriod(Integer.valueOf(options.get("period")));

        LeshanClientBuilder builder = new LeshanClientBuilder(options.get("endpoint"))
            .setObjects(objects)
            .setEndpointsProviders(transport.build())
            .setRegistrationEngineFactory(engine)
            .setDataSenders(new ManualDataSender());
        if (!keys.trusted().isEmpty()) builder.setTrustStore(keys.trusted());
        client = builder.build();
        client.addObserver(new Told());
        client.start();
    }

    @Override
    public void update() {
        client.triggerRegistrationUpdate();
    }

    @Override
    public void send(JsonNode command) throws InterruptedException {
        List<String> paths = new ArrayList<>();
        command.path("paths").forEach(path -> paths.add(path.asText()));
        ContentFormat format = ContentFormat.fromCode(command.path("format").asInt(ContentFormat.SENML_CBOR_CODE));
        LwM2mServer server = client.getRegisteredServers().values().iterator().next();
        SendResponse response = client.getSendService().sendData(server, format, paths, 10_000);
        JsonLines.event("sent", "code", response == null ? null : response.getCode().getCode());
    }

    @Override
    public void stop(boolean deregister) {
        client.destroy(deregister);
    }

    /** Tells what happens between the client and its server. */
    private static final class Told extends LwM2mClientObserverAdapter {
        @Override
        public void onRegistrationSuccess(LwM2mServer server, RegisterRequest request, String registrationId) {
            JsonLines.event("registered", "location", registrationId);
        }

        @Override
        public void onRegistrationFailure(
            LwM2mServer server, RegisterRequest request, ResponseCode code, String message, Exception cause) {
            JsonLines.event("refused", "code", code == null ? null : code.getCode(), "message", message);
        }

        @Override
        public void onRegistrationTimeout(LwM2mServer server, RegisterRequest request) {
            JsonLines.event("unanswered", "request", "register");
        }

        @Override
        public void onUpdateSuccess(LwM2mServer server, UpdateRequest request) {
            JsonLines.event("updated");
        }

        @Override
        public void onUpdateFailure(
            LwM2mServer server, UpdateRequest request, ResponseCode code, String message, Exception cause) {
            JsonLines.event("updateRefused", "code", code == null ? null : code.getCode(), "message", message);
        }

        @Override
        public void onUpdateTimeout(LwM2mServer server, UpdateRequest request) {
            JsonLines.event("unanswered", "request", "update");
        }

        @Override
        public void onDeregistrationSuccess(LwM2mServer server, DeregisterRequest request) {
            JsonLines.event("deregistered");
        }

        @Override
        public void onUnexpectedError(Throwable unexpected) {
            JsonLines.event("error", "message", String.valueOf(unexpected));
        }
    }
}
