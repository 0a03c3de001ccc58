import com.fasterxml.jackson.databind.JsonNode;

/** How a device's requests and answers travel: Leshan's own client over datagrams, java-coap over connections. */
interface Carrier {
    /** Begins to register. What happens is told as events. */
    void start() throws Exception;

    void update() throws Exception;

    /** LwM2M Send of the paths of a command; tells {@code sent} with the answer's code. */
    void send(JsonNode command) throws Exception;

    void stop(boolean deregister);
}
