package dev.exposure.intake.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are started later than the port is chosen, or again on the same one. */
public final class FreePort {

    private FreePort() {}

    /**
     * A port that nobody listens on, below those that systems give to whoever asks for any: between the choice and the
     * start, or while a server is down, no connection and no other server gets it by chance.
     */
    public static int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 31_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException ex) {
                // Taken: the next one.
            }
        }
    }
}
