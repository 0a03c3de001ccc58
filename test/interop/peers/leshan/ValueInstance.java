import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.eclipse.leshan.client.resource.SimpleInstanceEnabler;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.core.node.LwM2mResource;
import org.eclipse.leshan.core.request.argument.Argument;
import org.eclipse.leshan.core.request.argument.Arguments;
import org.eclipse.leshan.core.response.ExecuteResponse;
import org.eclipse.leshan.core.response.WriteResponse;

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
        if (response.isSuccess()) JsonLines.event("written", "path", path(resource), "value", Values.plain(value));
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
        resources.put(resource, Values.resource(resource, getModel().resources.get(resource).type, value));
        fireResourceChange(resource);
    }

    private String path(int resource) {
        return "/" + getModel().id + "/" + getId() + "/" + resource;
    }
}
