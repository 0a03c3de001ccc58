import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.californium.core.CoapExchange;
import org.eclipse.californium.core.CoapResource;
import org.eclipse.californium.core.CoapServer;
import org.eclipse.californium.core.coap.CoAP;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.leshan.core.observation.Observation;
import org.eclipse.leshan.core.request.ContentFormat;
import org.eclipse.leshan.core.request.ReadRequest;
import org.eclipse.leshan.core.request.WriteRequest;
import org.eclipse.leshan.core.response.WriteResponse;
import org.eclipse.leshan.server.LeshanServer;
import org.eclipse.leshan.server.LeshanServerBuilder;
import org.eclipse.leshan.server.model.VersionedModelProvider;
import org.eclipse.leshan.server.registration.Registration;
import org.eclipse.leshan.server.registration.RegistrationListener;
import org.eclipse.leshan.server.registration.RegistrationUpdate;
import org.eclipse.leshan.transport.californium.server.endpoint.CaliforniumServerEndpointsProvider;
import org.eclipse.leshan.transport.californium.server.endpoint.coap.CoapServerProtocolProvider;

/**
 * A LwM2M server on Eclipse Leshan's libraries, over coap: what the benchmarks measure beside ours. Everything stands at
 * the libraries' defaults but the greatest body, whose 8 KiB would not take an image.
 *
 * <p>{@code --port P [--host 127.0.0.1] [--block-size 512] [--file FILE --file-port P] [--quiet]}: {@code --file} is served
 * by Block2 under {@code /file}; {@code --quiet} tells no registrations.
 *
 * <p>Commands: {@code {"do":"read","path":"/3/0/3","devices":64,"ms":3000}} (one request outstanding for each device),
 * {@code {"do":"push","endpoint":"x","file":"…"}}, {@code registrations}, {@code heap}, {@code quit}; and one request with
 * its answer: {@code {"do":"request","kind":"read","endpoint":"x","path":"/3/0","format":112}}, where {@code kind} is read,
 * write, execute, create, delete, discover, observe or readComposite.
 */
public final class ForeignServer {
    private static final int MAX_BODY = 64 << 20;
    private static final long PUSH_TIMEOUT_MS = 600_000;

    private final LeshanServer server;
    private final Management management;

    private ForeignServer(LeshanServer server) {
        this.server = server;
        this.management = new Management(server);
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = JsonLines.options(args);
        String host = options.getOrDefault("host", "127.0.0.1");
        int port = Integer.parseInt(options.getOrDefault("port", "5683"));
        CaliforniumServerEndpointsProvider.Builder transport =
            new CaliforniumServerEndpointsProvider.Builder(new CoapServerProtocolProvider());
        Configuration configuration = transport.createDefaultConfiguration();
        configuration.set(CoapConfig.MAX_RESOURCE_BODY_SIZE, MAX_BODY);
        if (options.containsKey("block-size")) {
            configuration.set(CoapConfig.PREFERRED_BLOCK_SIZE, Integer.valueOf(options.get("block-size")));
        }
        transport.setConfiguration(configuration);
        transport.addEndpoint("coap://" + host + ":" + port);
        LeshanServer server = new LeshanServerBuilder()
            .setObjectModelProvider(new VersionedModelProvider(Definitions.ofServer()))
            .setEndpointsProviders(transport.build())
            .build();
        if (!options.containsKey("quiet")) server.getRegistrationService().addListener(new Told());
        server.start();
        if (options.containsKey("file")) serveFile(configuration, options);
        JsonLines.event("ready", "port", port, "pid", ProcessHandle.current().pid());
        JsonLines.serve(new ForeignServer(server)::command);
        System.exit(0);
    }

    private static void serveFile(Configuration configuration, Map<String, String> options) throws IOException {
        byte[] body = Files.readAllBytes(Path.of(options.get("file")));
        CoapServer files = new CoapServer(configuration, Integer.parseInt(options.get("file-port")));
        files.add(new CoapResource("file") {
            @Override
            public void handleGET(CoapExchange exchange) {
                exchange.respond(CoAP.ResponseCode.CONTENT, body, ContentFormat.OPAQUE_CODE);
            }
        });
        files.start();
    }

    private void command(String name, JsonNode command) throws Exception {
        switch (name) {
            case "read":
                read(command.path("path").asText("/3/0/3"), command.path("devices").asInt(1), command.path("ms").asLong(3_000));
                break;
            case "push":
                push(command.path("endpoint").asText(), Path.of(command.path("file").asText()));
                break;
            case "request":
                management.request(command);
                break;
            case "registrations":
                JsonLines.event("registrations", "count", registrations(Integer.MAX_VALUE).size());
                break;
            case "heap":
                System.gc();
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                JsonLines.event("heap", "bytes", runtime.totalMemory() - runtime.freeMemory());
                break;
            default:
                throw new IllegalArgumentException("no such command: " + name);
        }
    }

    private List<Registration> registrations(int limit) {
        List<Registration> found = new ArrayList<>();
        server.getRegistrationService().getAllRegistrations().forEachRemaining(registration -> {
            if (found.size() < limit) found.add(registration);
        });
        return found;
    }

    private void read(String path, int devices, long ms) throws InterruptedException {
        List<Registration> chosen = registrations(devices);
        if (chosen.size() < devices) throw new IllegalStateException("only " + chosen.size() + " devices are registered");
        long started = System.nanoTime();
        List<ReadLoop> loops = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(devices);
        for (Registration registration : chosen) {
            loops.add(new ReadLoop(registration, path, started + ms * 1_000_000, running));
        }
        loops.forEach(ReadLoop::next);
        running.await();
        double seconds = (System.nanoTime() - started) / 1e9;
        long[] times = loops.stream().flatMapToLong(loop -> Arrays.stream(loop.times, 0, loop.answered)).sorted().toArray();
        JsonLines.event(
            "read", "devices", devices, "count", times.length,
            "failed", loops.stream().mapToInt(loop -> loop.failed.get()).sum(),
            "seconds", seconds, "perSecond", times.length / seconds,
            "p50Us", quantile(times, 0.5), "p99Us", quantile(times, 0.99));
    }

    private static double quantile(long[] sorted, double q) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * q)] / 1e3;
    }

    private void push(String endpoint, Path file) throws IOException, InterruptedException {
        Registration registration = server.getRegistrationService().getByEndpoint(endpoint);
        if (registration == null) throw new IllegalStateException("not registered: " + endpoint);
        byte[] body = Files.readAllBytes(file);
        long started = System.nanoTime();
        WriteResponse response =
            server.send(registration, new WriteRequest(ContentFormat.OPAQUE, 5, 0, 0, body), PUSH_TIMEOUT_MS);
        double ms = (System.nanoTime() - started) / 1e6;
        Integer code = response == null ? null : response.getCode().getCode();
        JsonLines.event("push", "endpoint", endpoint, "bytes", body.length, "ms", ms, "code", code);
    }

    /** Reads one device again and again, the next request when the last one is answered, until the time is over. */
    private final class ReadLoop {
        private final Registration registration;
        private final String path;
        private final long end;
        private final CountDownLatch running;
        private final AtomicInteger failed = new AtomicInteger();
        private volatile int answered;
        private long[] times = new long[1024];

        ReadLoop(Registration registration, String path, long end, CountDownLatch running) {
            this.registration = registration;
            this.path = path;
            this.end = end;
            this.running = running;
        }

        void next() {
            long sent = System.nanoTime();
            if (sent >= end) {
                running.countDown();
                return;
            }
            server.send(registration, new ReadRequest(path), response -> {
                if (!response.isSuccess()) failed.incrementAndGet();
                else keep(System.nanoTime() - sent);
                next();
            }, error -> {
                failed.incrementAndGet();
                next();
            });
        }

        private void keep(long time) {
            if (answered == times.length) times = Arrays.copyOf(times, times.length * 2);
            times[answered] = time;
            answered++;
        }
    }

    /** Tells who comes, stays and goes. */
    private static final class Told implements RegistrationListener {
        @Override
        public void registered(Registration registration, Registration previous, Collection<Observation> observations) {
            JsonLines.event("registered", "endpoint", registration.getEndpoint(), "location", registration.getId());
        }

        @Override
        public void updated(RegistrationUpdate update, Registration updated, Registration previous) {
            JsonLines.event("updated", "endpoint", updated.getEndpoint());
        }

        @Override
        public void unregistered(
            Registration registration, Collection<Observation> observations, boolean expired, Registration next) {
            if (next == null) JsonLines.event("deregistered", "endpoint", registration.getEndpoint(), "expired", expired);
        }
    }
}
