import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.leshan.client.resource.BaseInstanceEnabler;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.core.model.ObjectModel;
import org.eclipse.leshan.core.model.ResourceModel.Type;
import org.eclipse.leshan.core.node.LwM2mResource;
import org.eclipse.leshan.core.request.argument.Arguments;
import org.eclipse.leshan.core.response.ExecuteResponse;
import org.eclipse.leshan.core.response.ReadResponse;
import org.eclipse.leshan.core.response.WriteResponse;

/**
 * The Firmware Update object (5) of a device that takes an MCUboot image by push, or by pull over CoAP with Block2, and
 * runs it after Update. A chosen update result stands in for a fault of the device: 7 and 9 answer the Package URI,
 * 8 the Update, every other one the received package.
 */
final class Firmware extends BaseInstanceEnabler {
    private static final int IDLE = 0;
    private static final int DOWNLOADING = 1;
    private static final int DOWNLOADED = 2;
    private static final int UPDATING = 3;

    private static final int MCUBOOT_MAGIC = 0x96f3b83d;

    private final Path downloadDirectory;
    private final Map<Integer, Long> protocols = new LinkedHashMap<>();
    private final Download download;
    private final Consumer<String> runVersion;
    private int state = IDLE;
    private int result = 0;
    private String packageUri = "";
    private byte[] image;
    /** Counts resets, so that a pull that was given up changes nothing when it ends. */
    private int attempt = 0;
    private int fault;

    /**
     * @param downloadDirectory where received packages are put, or null to keep none
     * @param protocols what it fetches by, as resource 8 has them
     * @param runVersion starts the device again with the version given
     */
    Firmware(
        Path downloadDirectory, int fault, List<Long> protocols, Download download, Consumer<String> runVersion) {
        super(0);
        for (Long protocol : protocols) this.protocols.put(this.protocols.size(), protocol);
        this.download = download;
        this.downloadDirectory = downloadDirectory;
        this.fault = fault;
        this.runVersion = runVersion;
    }

    /** The update result the next fitting step ends with; 0 is no fault. */
    synchronized void failWith(int updateResult) {
        fault = updateResult;
    }

    @Override
    public synchronized ReadResponse read(LwM2mServer server, int resource) {
        switch (resource) {
            case 1:
                return ReadResponse.success(1, packageUri);
            case 3:
                return ReadResponse.success(3, state);
            case 5:
                return ReadResponse.success(5, result);
            case 8:
                return ReadResponse.success(8, protocols, Type.INTEGER);
            case 9:
                return ReadResponse.success(9, 2);
            default:
                return super.read(server, resource);
        }
    }

    @Override
    public List<Integer> getAvailableResourceIds(ObjectModel definition) {
        return List.of(0, 1, 2, 3, 5, 8, 9);
    }

    @Override
    public synchronized WriteResponse write(LwM2mServer server, boolean replace, int resource, LwM2mResource value) {
        if (resource != 0 && resource != 1) return super.write(server, replace, resource, value);
        if (state == UPDATING) return WriteResponse.badRequest("updating");
        boolean reset = resource == 0 ? isReset((byte[]) value.getValue()) : ((String) value.getValue()).isEmpty();
        if (reset) {
            attempt++;
            image = null;
            packageUri = "";
            become(IDLE, 0);
            return WriteResponse.success();
        }
        if (state != IDLE) return WriteResponse.badRequest("not idle");
        if (resource == 0) received((byte[]) value.getValue(), "push");
        else pull((String) value.getValue());
        return WriteResponse.success();
    }

    @Override
    public synchronized ExecuteResponse execute(LwM2mServer server, int resource, Arguments arguments) {
        if (resource != 2) return super.execute(server, resource, arguments);
        if (state != DOWNLOADED) return ExecuteResponse.methodNotAllowed();
        JsonLines.event("executed", "path", "/5/0/2", "arguments", Map.of());
        become(UPDATING, 0);
        Background.after(300, this::update);
        return ExecuteResponse.success();
    }

    private static boolean isReset(byte[] packageBytes) {
        return packageBytes.length == 0 || packageBytes.length == 1 && packageBytes[0] == 0;
    }

    private void pull(String uri) {
        packageUri = uri;
        if (fault == 7 || fault == 9) {
            become(IDLE, fault);
            return;
        }
        become(DOWNLOADING, 0);
        int started = attempt;
        Background.run(() -> download(uri, started));
    }

    private void download(String uri, int started) {
        byte[] body = null;
        int failure = 4;
        try {
            body = download.fetch(uri);
        } catch (Download.Refused | IllegalArgumentException e) {
            JsonLines.event("error", "command", "pull " + uri, "message", String.valueOf(e));
            failure = 7;
        } catch (Exception e) {
            JsonLines.event("error", "command", "pull " + uri, "message", String.valueOf(e));
        }
        synchronized (this) {
            if (started != attempt) return;
            if (body == null) become(IDLE, failure);
            else received(body, "pull");
        }
    }

    private void received(byte[] body, String method) {
        String file = keep(body);
        JsonLines.event("package", "method", method, "size", body.length, "sha256", sha256(body), "file", file);
        if (fault != 0 && fault != 8) become(IDLE, fault);
        else if (versionOf(body) == null) become(IDLE, 6);
        else {
            image = body;
            become(DOWNLOADED, 0);
        }
    }

    private void update() {
        String version;
        synchronized (this) {
            if (fault == 8) {
                become(DOWNLOADED, 8);
                return;
            }
            version = versionOf(image);
            image = null;
            packageUri = "";
            // Untold: a device restarts out of Updating, and its new image comes up with this.
            state = IDLE;
            result = 1;
            JsonLines.event("state", "state", state, "result", result);
        }
        // Outside the lock: stopping the client waits for requests that may be reading this object.
        runVersion.accept(version);
    }

    private void become(int nextState, int nextResult) {
        boolean stateChanged = state != nextState;
        boolean resultChanged = result != nextResult;
        state = nextState;
        result = nextResult;
        JsonLines.event("state", "state", state, "result", result);
        // Without our lock: telling waits for the object's, which a read of this object holds while it waits for ours. And
        // when the write that changed them has been answered: Leshan tells of a write within it, with its own locks held.
        Background.after(50, () -> {
            if (stateChanged) fireResourceChange(3);
            if (resultChanged) fireResourceChange(5);
        });
    }

    private String keep(byte[] body) {
        if (downloadDirectory == null) return null;
        try {
            Path file = Files.createTempFile(Files.createDirectories(downloadDirectory), "package-", ".bin");
            return Files.write(file, body).toString();
        } catch (IOException e) {
            throw new IllegalStateException("the package can't be kept in " + downloadDirectory, e);
        }
    }

    /** The version in an MCUboot image header (magic at 0, version at 20), or null where there is no such header. */
    private static String versionOf(byte[] body) {
        if (body.length < 32) return null;
        ByteBuffer header = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        if (header.getInt(0) != MCUBOOT_MAGIC) return null;
        long build = header.getInt(24) & 0xffffffffL;
        String version = (header.get(20) & 0xff) + "." + (header.get(21) & 0xff) + "." + (header.getShort(22) & 0xffff);
        return build == 0 ? version : version + "+" + build;
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
