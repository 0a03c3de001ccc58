import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.leshan.core.model.ResourceModel.Type;
import org.eclipse.leshan.core.node.LwM2mMultipleResource;
import org.eclipse.leshan.core.node.LwM2mNode;
import org.eclipse.leshan.core.node.LwM2mObject;
import org.eclipse.leshan.core.node.LwM2mObjectInstance;
import org.eclipse.leshan.core.node.LwM2mResource;
import org.eclipse.leshan.core.node.LwM2mResourceInstance;
import org.eclipse.leshan.core.node.LwM2mSingleResource;
import org.eclipse.leshan.core.node.ObjectLink;
import org.eclipse.leshan.core.util.datatype.ULong;

/**
 * Leshan's nodes as JSON and back: Time in whole seconds, Opaque in Base64, an object link as {@code "3303:0"}, an
 * unsigned integer as text; what has several members is a JSON object by id.
 */
final class Values {
    private Values() {}

    /** A resource with the value of the JSON; an object of the JSON is a multiple resource by instance id. */
    static LwM2mResource resource(int id, Type type, JsonNode value) {
        if (!value.isObject()) return LwM2mSingleResource.newResource(id, typed(type, value), type);
        Map<Integer, Object> instances = new LinkedHashMap<>();
        value.fields().forEachRemaining(f -> instances.put(Integer.valueOf(f.getKey()), typed(type, f.getValue())));
        return LwM2mMultipleResource.newResource(id, instances, type);
    }

    /** A node of any level as what JSON can hold. */
    static Object plain(LwM2mNode node) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (node instanceof LwM2mObject) {
            ((LwM2mObject) node).getInstances().forEach((id, instance) -> members.put(id.toString(), plain(instance)));
        } else if (node instanceof LwM2mObjectInstance) {
            ((LwM2mObjectInstance) node).getResources().forEach((id, child) -> members.put(id.toString(), plain(child)));
        } else if (node instanceof LwM2mResourceInstance) {
            return plain(((LwM2mResourceInstance) node).getValue());
        } else if (node instanceof LwM2mResource && !((LwM2mResource) node).isMultiInstances()) {
            return plain(((LwM2mResource) node).getValue());
        } else if (node instanceof LwM2mResource) {
            ((LwM2mResource) node).getInstances().forEach((id, instance) -> members.put(id.toString(), plain(instance)));
        } else {
            return null;
        }
        return members;
    }

    private static Object plain(Object value) {
        if (value instanceof byte[]) return Base64.getEncoder().encodeToString((byte[]) value);
        if (value instanceof Date) return ((Date) value).getTime() / 1000;
        if (value instanceof Long || value instanceof Double || value instanceof Boolean) return value;
        if (value instanceof ObjectLink) {
            return ((ObjectLink) value).getObjectId() + ":" + ((ObjectLink) value).getObjectInstanceId();
        }
        return String.valueOf(value);
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
}
