package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Address that passes connections on to a database, and when told cuts one of them where it hurts: the server has done what a
 * statement asks, and its answer is lost.
 */
public final class CuttingForwarder implements AutoCloseable {

    private final int target;
    private final ServerSocket listening;
    private final AtomicReference<@Nullable String> statement = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();

    /** Passes connections on to this port of the same machine. */
    public CuttingForwarder(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ConnectionThread.start(() -> {
            while (true) {
                forward(listening.accept());
            }
        });
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Cuts the next connection that sends this text, before the answer gets back. */
    public void cutAnswerTo(String text) {
        statement.set(text);
    }

    /** How many connections were cut. */
    public int cuts() {
        return cuts.get();
    }

    private void forward(Socket client) throws IOException {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        AtomicBoolean lost = new AtomicBoolean();
        ConnectionThread.start(() -> pump(client, server, bytes -> {
            String text = statement.get();
            if (text != null && bytes.contains(text) && statement.compareAndSet(text, null)) {
                lost.set(true);
            }
            return true;
        }));
        ConnectionThread.start(() -> pump(server, client, bytes -> {
            if (lost.get()) {
                cuts.incrementAndGet();
            }
            return !lost.get();
        }));
    }

    private interface Sight {
        /** Whether to pass the bytes on; the connection ends where not. */
        boolean passes(String bytes);
    }

    private static void pump(Socket from, Socket to, Sight sight) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read = in.read(buffer);
            while (read >= 0 && sight.passes(new String(buffer, 0, read, ISO_8859_1))) {
                out.write(buffer, 0, read);
                read = in.read(buffer);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
