package dev.exposure.intake.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Address that refuses connections until it is opened, and then passes them on to another one. */
public final class Forwarder implements AutoCloseable {

    private final int port;
    private volatile String target = "";
    private @Nullable ServerSocket listening;
    private @Nullable Thread acceptor;
    private final List<Closeable> sockets = new CopyOnWriteArrayList<>();

    /** Reserves a free port and leaves it closed. */
    public Forwarder(String target) {
        this();
        this.target = target;
    }

    /** Reserves a free port for a target that is not known yet. */
    public Forwarder() {
        this.port = FreePort.next();
    }

    /** Address of this end. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Accepts connections from now on, and passes them on to this address. */
    public void open(String newTarget) {
        target = newTarget;
        open();
    }

    /** Accepts connections from now on. */
    public void open() {
        try {
            ServerSocket opened = listen(port);
            listening = opened;
            acceptor = ConnectionThread.start(() -> {
                while (!opened.isClosed()) {
                    forward(opened.accept());
                }
            });
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    }

    private void forward(Socket client) throws IOException {
        String[] hostAndPort = target.split(":", 2);
        Socket server = new Socket(hostAndPort[0], Integer.parseInt(hostAndPort[1]));
        sockets.add(client);
        sockets.add(server);
        ConnectionThread.start(() -> client.getInputStream().transferTo(server.getOutputStream()));
        ConnectionThread.start(() -> server.getInputStream().transferTo(client.getOutputStream()));
    }

    @Override
    public void close() throws IOException {
        if (listening != null && acceptor != null) {
            listening.close();
            awaitEnd(acceptor);
        }
        for (Closeable socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** While it accepts, the system keeps the port, and a connection that it has just accepted would not be closed. */
    private static void awaitEnd(Thread thread) {
        try {
            thread.join(30_000);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
