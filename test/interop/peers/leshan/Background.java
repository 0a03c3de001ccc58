import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Work beside the CoAP threads; a failure there is told, never swallowed. */
final class Background {
    private static final ScheduledExecutorService POOL = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "background");
        thread.setDaemon(true);
        return thread;
    });

    private Background() {}

    static void run(Runnable work) {
        after(0, work);
    }

    static void after(long ms, Runnable work) {
        POOL.schedule(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                JsonLines.event("error", "message", trace.toString());
            }
        }, ms, TimeUnit.MILLISECONDS);
    }
}
