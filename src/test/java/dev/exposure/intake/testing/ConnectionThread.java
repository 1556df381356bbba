package dev.exposure.intake.testing;

import java.io.IOException;

/** Thread that serves connections until one end closes. */
final class ConnectionThread {

    private ConnectionThread() {}

    interface Task {
        void run() throws IOException;
    }

    /** Starts it; the JVM does not wait for it. */
    static Thread start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException ex) {
                // One end has closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
