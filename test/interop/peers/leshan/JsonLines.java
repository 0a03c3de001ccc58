import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The conversation with the test that started this process: one JSON object a line, commands on standard input,
 * events on standard output. The end of the input ends the process, so that no peer outlives its test.
 */
final class JsonLines {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private JsonLines() {}

    /** What a peer does with one command. */
    interface Commands {
        void run(String name, JsonNode command) throws Exception;
    }

    /** Prints one event; the members follow as name, value, name, value. */
    static synchronized void event(String name, Object... members) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", name);
        for (int i = 0; i + 1 < members.length; i += 2) event.put(String.valueOf(members[i]), members[i + 1]);
        try {
            OUT.println(MAPPER.writeValueAsString(event));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event " + name + " has a member that JSON does not know", e);
        }
    }

    /** Runs each command until the input ends or {@code quit} comes; what fails is told as an {@code error} event. */
    static void serve(Commands commands) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isBlank()) continue;
            try {
                JsonNode command = MAPPER.readTree(line);
                String name = command.path("do").asText();
                if (name.equals("quit")) return;
                commands.run(name, command);
            } catch (Exception e) {
                event("error", "command", line, "message", String.valueOf(e));
            }
        }
    }

    /** The options of a command line of the form {@code --name value}; an option without a value counts as "true". */
    static Map<String, String> options(String[] args) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) throw new IllegalArgumentException("not an option: " + args[i]);
            boolean valued = i + 1 < args.length && !args[i + 1].startsWith("--");
            options.put(args[i].substring(2), valued ? args[++i] : "true");
        }
        return options;
    }
}
