import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.leshan.client.object.Server;
import org.eclipse.leshan.client.resource.LwM2mObjectEnabler;
import org.eclipse.leshan.core.node.LwM2mPath;
import org.eclipse.leshan.core.request.BindingMode;

/**
 * A device on Eclipse Leshan's libraries: objects 1, 3, 5, 3303 and 3442, over coap and coaps by Leshan's client, over
 * coap+tcp and coaps+tcp by java-coap. After a Reboot and after an update it starts again: a new client, a new socket, a
 * new registration.
 *
 * <p>{@code --server coap://127.0.0.1:5683 --endpoint NAME [--lifetime S] [--version V] [--download-dir DIR]
 * [--fail RESULT] [--period MS] [--queue-mode] [--protocols 0,1,…]} and those of {@link Keys}. Without a server it waits
 * for {@code become}.
 *
 * <p>Commands: {@code {"do":"set","path":"/3303/0/5700","value":21.5}}, {@code {"do":"send","paths":[…],"format":112}},
 * {@code update}, {@code {"do":"fail","result":N}}, {@code restart}, {@code deregister}, {@code quit}, and
 * {@code {"do":"become", option: value, …}}: stops, and starts as another device with these options, so that one process
 * serves many tests; {@code "silently":"true"} leaves the registration behind.
 */
public final class ForeignDevice {
    private static final int SHORT_SERVER_ID = 123;

    private Map<String, String> options;
    private final DeviceObjects objects = new DeviceObjects();
    private Firmware firmware;
    private Carrier carrier;
    private String version;

    private ForeignDevice(Map<String, String> options) {
        be(options);
    }

    public static void main(String[] args) throws Exception {
        ForeignDevice device = new ForeignDevice(JsonLines.options(args));
        if (device.options.containsKey("server")) device.start();
        else JsonLines.event("ready");
        JsonLines.serve(device::command);
        device.stop(false);
        System.exit(0);
    }

    private void be(Map<String, String> next) {
        options = next;
        version = options.getOrDefault("version", "1.0.0");
        String directory = options.get("download-dir");
        List<Long> protocols = Arrays.stream(options.getOrDefault("protocols", "0").split(","))
            .map(Long::valueOf)
            .collect(Collectors.toList());
        firmware = new Firmware(
            directory == null ? null : Path.of(directory),
            Integer.parseInt(options.getOrDefault("fail", "0")),
            protocols,
            new Download(new Keys(options)),
            this::restart);
    }

    private void command(String name, JsonNode command) throws Exception {
        switch (name) {
            case "set":
                objects.set(new LwM2mPath(command.path("path").asText()), command.get("value"));
                break;
            case "send":
                carrier.send(command);
                break;
            case "update":
                carrier.update();
                break;
            case "fail":
                firmware.failWith(command.path("result").asInt());
                JsonLines.event("fail", "result", command.path("result").asInt());
                break;
            case "restart":
                restart(version);
                break;
            case "become":
                become(command);
                break;
            case "deregister":
                stop(true);
                break;
            default:
                throw new IllegalArgumentException("no such command: " + name);
        }
    }

    private synchronized void become(JsonNode command) {
        Map<String, String> next = new HashMap<>();
        command.fields().forEachRemaining(field -> next.put(field.getKey(), field.getValue().asText()));
        stop(!next.containsKey("silently"));
        be(next);
        JsonLines.event("became", "endpoint", options.get("endpoint"));
        start();
    }

    private synchronized void restart(String nextVersion) {
        stop(false);
        version = nextVersion;
        JsonLines.event("restarted", "version", version);
        start();
    }

    private synchronized void stop(boolean deregister) {
        Carrier stopped = carrier;
        carrier = null;
        if (stopped == null) return;
        try {
            stopped.stop(deregister);
        } catch (RuntimeException e) {
            // Leshan 2.0.0-M18 throws here where a notification is still on its way: NotificationManager.clear is given
            // no server. The client has ended all the same, and the device starts again.
            JsonLines.event("error", "command", "stop", "message", String.valueOf(e));
        }
    }

    private synchronized void start() {
        String server = options.get("server");
        boolean connected = server.contains("+tcp:");
        BindingMode binding = connected ? BindingMode.T : BindingMode.U;
        long lifetime = Long.parseLong(options.getOrDefault("lifetime", "300"));
        // Leshan's object 0 knows no keys for a scheme its client has not: a connection takes them from the options.
        String told = connected ? server.replaceFirst("^coaps?", "coap") : server;
        List<LwM2mObjectEnabler> created = objects.create(
            new Keys(options).securityObject(told, SHORT_SERVER_ID),
            new Server(SHORT_SERVER_ID, lifetime, EnumSet.of(binding), false, binding),
            version,
            firmware,
            this::deviceExecuted);
        carrier = connected ? new ConnectedCarrier(options, created) : new LeshanCarrier(options, created);
        try {
            carrier.start();
        } catch (Exception e) {
            throw new IllegalStateException("the device can't start: " + e, e);
        }
    }

    private void deviceExecuted(int resource) {
        if (resource == 4) Background.after(300, () -> restart(version));
    }
}
