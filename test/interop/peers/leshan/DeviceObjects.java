import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.eclipse.leshan.client.object.Security;
import org.eclipse.leshan.client.object.Server;
import org.eclipse.leshan.client.resource.LwM2mObjectEnabler;
import org.eclipse.leshan.client.resource.ObjectsInitializer;
import org.eclipse.leshan.core.model.LwM2mModelRepository;
import org.eclipse.leshan.core.model.ObjectModel;
import org.eclipse.leshan.core.node.LwM2mPath;

/** What a device has: objects 1, 3, 5, 3303 and 3442, and those of them that a test sets values of. */
final class DeviceObjects {
    private final Map<LwM2mPath, ValueInstance> instances = new LinkedHashMap<>();

    List<LwM2mObjectEnabler> create(
        Security security, Server server, String version, Firmware firmware, IntConsumer deviceExecuted) {
        ObjectsInitializer objects =
            new ObjectsInitializer(new LwM2mModelRepository(Definitions.ofDevice()).getLwM2mModel());
        instances.clear();
        objects.setInstancesForObject(0, security);
        objects.setInstancesForObject(1, server);
        objects.setInstancesForObject(3, keep(3, SampleValues.device(version)).whenExecuted(deviceExecuted));
        objects.setInstancesForObject(5, firmware);
        objects.setInstancesForObject(3303, keep(3303, SampleValues.temperature()));
        objects.setInstancesForObject(3442, keep(3442, SampleValues.everyType()));
        objects.setFactoryForObject(5, (model, id, used) -> firmware);
        objects.setFactoryForObject(3303, this::created);
        objects.setFactoryForObject(3442, this::created);
        return objects.createAll();
    }

    /** Sets a value as the device itself would. */
    void set(LwM2mPath path, JsonNode value) {
        ValueInstance instance = instances.get(new LwM2mPath(path.getObjectId(), path.getObjectInstanceId()));
        if (instance == null) throw new IllegalArgumentException("no instance for " + path);
        instance.set(path.getResourceId(), value);
        JsonLines.event("set", "path", path.toString());
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
}
