import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.leshan.client.LeshanClient;
import org.eclipse.leshan.client.LeshanClientBuilder;
import org.eclipse.leshan.client.engine.DefaultRegistrationEngineFactory;
import org.eclipse.leshan.client.object.Security;
import org.eclipse.leshan.client.object.Server;
import org.eclipse.leshan.client.observer.LwM2mClientObserverAdapter;
import org.eclipse.leshan.client.resource.ObjectsInitializer;
import org.eclipse.leshan.client.send.ManualDataSender;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.core.ResponseCode;
import org.eclipse.leshan.core.model.LwM2mModelRepository;
import org.eclipse.leshan.core.model.ObjectModel;
import org.eclipse.leshan.core.node.LwM2mPath;
import org.eclipse.leshan.core.request.BindingMode;
import org.eclipse.leshan.core.request.ContentFormat;
import org.eclipse.leshan.core.request.DeregisterRequest;
import org.eclipse.leshan.core.request.RegisterRequest;
import org.eclipse.leshan.core.request.UpdateRequest;
import org.eclipse.leshan.core.response.SendResponse;
import org.eclipse.leshan.transport.californium.client.endpoint.CaliforniumClientEndpointsProvider;
import org.eclipse.leshan.transport.californium.client.endpoint.coap.CoapClientProtocolProvider;

/**
 * A device on Eclipse Leshan's libraries: objects 1, 3, 5, 3303 and 3442 over coap. After a Reboot
 * and after an update it starts again: a new client, a new socket, a new registration.
 *
 * <p>{@code --server coap://127.0.0.1:5683 --endpoint NAME [--lifetime S] [--version V] [--download-dir DIR]
 * [--fail RESULT] [--period MS] [--queue-mode]}
 *
 * <p>Commands: {@code {"do":"set","path":"/3303/0/5700","value":21.5}}, {@code {"do":"send","paths":[…],"format":112}},
 * {@code update}, {@code {"do":"fail","result":N}}, {@code restart}, {@code deregister}, {@code quit}.
 */
public final class ForeignDevice {
    private static final int MAX_BODY = 64 << 20;
    private static final int SHORT_SERVER_ID = 123;

    private final Map<String, String> options;
    private final String endpointName;
    private final Map<LwM2mPath, ValueInstance> instances = new LinkedHashMap<>();
    private final Firmware firmware;
    private LeshanClient client;
    private String version;

    private ForeignDevice(Map<String, String> options) {
        this.options = options;
        this.endpointName = options.get("endpoint");
        this.version = options.getOrDefault("version", "1.0.0");
        String directory = options.get("download-dir");
        this.firmware = new Firmware(
            directory == null ? null : Path.of(directory),
            Integer.parseInt(options.getOrDefault("fail", "0")),
            this::restart);
    }

    public static void main(String[] args) throws Exception {
        ForeignDevice device = new ForeignDevice(JsonLines.options(args));
        device.start();
        JsonLines.serve(device::command);
        device.stop(false);
        System.exit(0);
    }

    private void command(String name, JsonNode command) throws Exception {
        switch (name) {
            case "set":
                set(new LwM2mPath(command.path("path").asText()), command.get("value"));
                break;
            case "send":
                send(command);
                break;
            case "update":
                client.triggerRegistrationUpdate();
                break;
            case "fail":
                firmware.failWith(command.path("result").asInt());
                JsonLines.event("fail", "result", command.path("result").asInt());
                break;
            case "restart":
                restart(version);
                break;
            case "deregister":
                stop(true);
                break;
            default:
                throw new IllegalArgumentException("no such command: " + name);
        }
    }

    private void set(LwM2mPath path, JsonNode value) {
        ValueInstance instance = instances.get(new LwM2mPath(path.getObjectId(), path.getObjectInstanceId()));
        if (instance == null) throw new IllegalArgumentException("no instance for " + path);
        instance.set(path.getResourceId(), value);
        JsonLines.event("set", "path", path.toString());
    }

    private void send(JsonNode command) throws InterruptedException {
        List<String> paths = new ArrayList<>();
        command.path("paths").forEach(path -> paths.add(path.asText()));
        ContentFormat format = ContentFormat.fromCode(command.path("format").asInt(ContentFormat.SENML_CBOR_CODE));
        LwM2mServer server = client.getRegisteredServers().values().iterator().next();
        SendResponse response = client.getSendService().sendData(server, format, paths, 10_000);
        JsonLines.event("sent", "code", response == null ? null : response.getCode().getCode());
    }

    private synchronized void restart(String nextVersion) {
        stop(false);
        version = nextVersion;
        JsonLines.event("restarted", "version", version);
        start();
    }

    private synchronized void stop(boolean deregister) {
        if (client != null) client.destroy(deregister);
        client = null;
    }

    private synchronized void start() {
        ObjectsInitializer objects =
            new ObjectsInitializer(new LwM2mModelRepository(Definitions.ofDevice()).getLwM2mModel());
        long lifetime = Long.parseLong(options.getOrDefault("lifetime", "300"));
        objects.setInstancesForObject(0, Security.noSec(options.get("server"), SHORT_SERVER_ID));
        objects.setInstancesForObject(
            1, new Server(SHORT_SERVER_ID, lifetime, EnumSet.of(BindingMode.U), false, BindingMode.U));
        instances.clear();
        objects.setInstancesForObject(3, keep(3, SampleValues.device(version)).whenExecuted(this::deviceExecuted));
        objects.setInstancesForObject(5, firmware);
        objects.setInstancesForObject(3303, keep(3303, SampleValues.temperature()));
        objects.setInstancesForObject(3442, keep(3442, SampleValues.everyType()));
        objects.setFactoryForObject(5, (model, id, used) -> firmware);
        objects.setFactoryForObject(3303, this::created);
        objects.setFactoryForObject(3442, this::created);

        CaliforniumClientEndpointsProvider.Builder transport =
            new CaliforniumClientEndpointsProvider.Builder(new CoapClientProtocolProvider());
        Configuration configuration = transport.createDefaultConfiguration();
        configuration.set(CoapConfig.MAX_RESOURCE_BODY_SIZE, MAX_BODY);
        transport.setConfiguration(configuration);

        DefaultRegistrationEngineFactory engine = new DefaultRegistrationEngineFactory();
        engine.setRequestTimeoutInMs(5_000).setDeregistrationTimeoutInMs(2_000).setRetryWaitingTimeInMs(500);
        engine.setQueueMode(options.containsKey("queue-mode"));
        if (options.containsKey("period")) engine.setCommunicationPeriod(Integer.valueOf(options.get("period")));

        client = new LeshanClientBuilder(endpointName)
            .setObjects(objects.createAll())
            .setEndpointsProviders(transport.build())
            .setRegistrationEngineFactory(engine)
            .setDataSenders(new ManualDataSender())
            .build();
        client.addObserver(new Told());
        client.start();
    }

    private ValueInstance keep(int object, Map<Integer, Object> values) {
        ValueInstance instance = new ValueInstance(0, values);
        instances.put(new LwM2mPath(object, 0), instance);
        return instance;
    }

    private ValueInstance created(ObjectModel model, Integer asked, Collection<Integer> used) {
        int id = asked == null ? IntStream.iterate(0, i -> i + 1).filter(i -> !used.contains(i)).findFirst().getAsInt() : asked;
        ValueInstance instance = new ValueInstance();
        instance.setId(id);
        instance.setModel(model);
        instances.put(new LwM2mPath(model.id, id), instance);
        JsonLines.event("created", "path", "/" + model.id + "/" + id);
        return instance;
    }

    private void deviceExecuted(int resource) {
        if (resource == 4) Background.after(300, () -> restart(version));
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
