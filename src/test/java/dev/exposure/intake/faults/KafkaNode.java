package dev.exposure.intake.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.awaitility.Awaitility;

/** One Kafka node in a process of its own; it keeps its port and its data when it is started again. */
final class KafkaNode {

    private final int port;
    private final Path settings;
    private final Path log;
    private ChildProcess process;

    /**
     * Formats the node's storage.
     *
     * @param port port that the node listens on, by which it is known to have started
     */
    KafkaNode(String clusterId, int id, int port, Path directory, Map<String, String> properties) {
        this.port = port;
        this.settings = directory.resolve("node-" + id + ".properties");
        this.log = directory.resolve("node-" + id + ".log");
        Properties all = new Properties();
        all.putAll(properties);
        all.setProperty("node.id", String.valueOf(id));
        all.setProperty("log.dirs", directory.resolve("node-" + id).toString());
        try (Writer out = Files.newBufferedWriter(settings)) {
            all.store(out, null);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        String[] format = {"format", "-t", clusterId, "-c", settings.toString()};
        if (StorageTool.execute(format, new PrintStream(OutputStream.nullOutputStream())) != 0) {
            throw new IllegalStateException("Storage not formatted by " + settings);
        }
    }

    /** Starts the node without waiting for it. */
    void start() {
        process = ChildProcess.java(
                log,
                Map.of("CLASSPATH", System.getProperty("java.class.path")),
                List.of("-Xms64m", "-Xmx384m", "kafka.Kafka", settings.toString()));
    }

    /** Waits until the node listens. */
    void awaitStarted() {
        Awaitility.await("start of " + log).atMost(Duration.ofMinutes(3)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("Kafka did not start: " + process);
            }
            return listens();
        });
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException ex) {
            return false;
        }
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Stops the node in good order: it hands its partitions over first, where there is another to take them. */
    void stop() {
        process.terminate();
        process.awaitExit(Duration.ofSeconds(60));
    }

    /** Kills the node. */
    void kill() {
        process.kill();
    }

    /** Keeps the node from running while its connections stay open. */
    void freeze() {
        process.freeze();
    }

    /** Lets a frozen node go on. */
    void thaw() {
        process.thaw();
    }

    /** What the node's process printed last. */
    @Override
    public String toString() {
        return process == null ? log + " (not started)" : process.toString();
    }
}
