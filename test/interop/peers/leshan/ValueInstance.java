import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.eclipse.leshan.client.resource.SimpleInstanceEnabler;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.core.model.ResourceModel.Type;
import org.eclipse.leshan.core.node.LwM2mMultipleResource;
import org.eclipse.leshan.core.node.LwM2mResource;
import org.eclipse.leshan.core.node.LwM2mResourceInstance;
import org.eclipse.leshan.core.node.LwM2mSingleResource;
import org.eclipse.leshan.core.node.ObjectLink;
import org.eclipse.leshan.core.request.argument.Argument;
import org.eclipse.leshan.core.request.argument.Arguments;
import org.eclipse.leshan.core.response.ExecuteResponse;
import org.eclipse.leshan.core.response.WriteResponse;
import org.eclipse.leshan.core.util.datatype.ULong;

/**
 * An object instance that keeps values, tells each write and execute as an event, and whose values the test may change
 * (which is what makes a notification). Made without values, it is what a server's Create makes.
 */
public class ValueInstance extends SimpleInstanceEnabler {
    private IntConsumer onExecute = resource -> {};

    public ValueInstance() {}

    ValueInstance(int instance, Map<Integer, Object> values) {
        super(instance, values);
    }

    /** What executing one of the resources does besides the event. */
    ValueInstance whenExecuted(IntConsumer effect) {
        onExecute = effect;
        return this;
    }

    @Override
    public WriteResponse write(LwM2mServer server, boolean replace, int resource, LwM2mResource value) {
        WriteResponse response = super.write(server, replace, resource, value);
        if (response.isSuccess()) JsonLines.event("written", "path", path(resource), "value", plain(value));
        return response;
    }

    @Override
    public ExecuteResponse execute(LwM2mServer server, int resource, Arguments arguments) {
        Map<String, String> plain = new LinkedHashMap<>();
        for (Argument argument : arguments) plain.put(String.valueOf(argument.getDigit()), argument.getValue());
        JsonLines.event("executed", "path", path(resource), "arguments", plain);
        onExecute.accept(resource);
        return ExecuteResponse.success();
    }

    @Override
    public void onDelete(LwM2mServer server) {
        JsonLines.event("deleted", "path", "/" + getModel().id + "/" + getId());
    }

    /** Sets a value as the device itself would; an object of the JSON is a multiple resource by instance id. */
    void set(int resource, JsonNode value) {
        Type type = getModel().resources.get(resource).type;
        if (value.isObject()) {
            Map<Integer, Object> instances = new LinkedHashMap<>();
            value.fields().forEachRemaining(f -> instances.put(Integer.valueOf(f.getKey()), typed(type, f.getValue())));
            resources.put(resource, LwM2mMultipleResource.newResource(resource, instances, type));
        } else {
            resources.put(resource, LwM2mSingleResource.newResource(resource, typed(type, value), type));
        }
        fireResourceChange(resource);
    }

    private String path(int resource) {
        return "/" + getModel().id + "/" + getId() + "/" + resource;
    }

    private static Object typed(Type type, JsonNode value) {
        switch (type) {
            case INTEGER:
                return value.asLong();
            case UNSIGNED_INTEGER:
                return ULong.valueOf(value.asText());
            case FLOAT:
                return value.asDouble();
            case BOOLEAN:
                return value.asBoolean();
            case TIME:
                return new Date(value.asLong() * 1000);
            case OPAQUE:
                return Base64.getDecoder().decode(value.asText());
            case OBJLNK:
                String[] ids = value.asText().split(":");
                return new ObjectLink(Integer.parseInt(ids[0]), Integer.parseInt(ids[1]));
            default:
                return value.asText();
        }
    }

    private static Object plain(LwM2mResource value) {
        if (!value.isMultiInstances()) return plain(value.getValue());
        Map<String, Object> instances = new LinkedHashMap<>();
        for (LwM2mResourceInstance i : value.getInstances().values()) {
            instances.put(String.valueOf(i.getId()), plain(i.getValue()));
        }
        return instances;
    }

    private static Object plain(Object value) {
        if (value instanceof byte[]) return Base64.getEncoder().encodeToString((byte[]) value);
        if (value instanceof Date) return ((Date) value).getTime() / 1000;
        if (value instanceof ObjectLink) {
            return ((ObjectLink) value).getObjectId() + ":" + ((ObjectLink) value).getObjectInstanceId();
        }
        return value instanceof Number && !(value instanceof ULong) || value instanceof Boolean ? value : String.valueOf(value);
    }
}
