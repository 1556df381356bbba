package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Clients that hold connections to a server: each sends the beginning of a request and then one byte at a time, for ever, and
 * connects anew when the server has hung up.
 */
public final class SlowClients implements AutoCloseable {

    private static final int PAUSE_MILLIS = 500;

    private final int port;
    private final ScheduledExecutorService bytes = Executors.newScheduledThreadPool(2);
    private final List<Socket> sockets = new ArrayList<>();

    public SlowClients(int port) {
        this.port = port;
    }

    /** Opens connections that send this at once, and then one byte after the other; nothing where {@code next} is empty. */
    public void open(int count, String beginning, String next) throws IOException {
        for (int i = 0; i < count; i++) {
            connect(beginning, next);
        }
    }

    private void connect(String beginning, String next) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        synchronized (sockets) {
            sockets.add(socket);
        }
        socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        if (!next.isEmpty()) {
            later(socket, beginning, next);
        }
    }

    private void later(Socket socket, String beginning, String next) {
        if (!bytes.isShutdown()) {
            bytes.schedule(() -> send(socket, beginning, next), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void send(Socket socket, String beginning, String next) {
        try {
            socket.getOutputStream().write(next.getBytes(ISO_8859_1));
            later(socket, beginning, next);
        } catch (IOException ex) {
            // The server has hung up; an attacker comes again.
            again(beginning, next);
        }
    }

    private void again(String beginning, String next) {
        if (bytes.isShutdown()) {
            return;
        }
        try {
            connect(beginning, next);
        } catch (IOException ex) {
            bytes.schedule(() -> again(beginning, next), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() throws IOException {
        bytes.shutdownNow();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
