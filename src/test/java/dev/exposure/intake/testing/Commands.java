package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A directory of commands that stand for an operator's tools, and a shell that finds them there. */
public final class Commands {

    private static final long WAIT_SECONDS = 120;

    private final Path directory;

    /** Commands in this directory, which has to exist. */
    public Commands(Path directory) {
        this.directory = directory;
    }

    /** Adds a command by its script for a POSIX shell. */
    public void add(String name, String script) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Adds one that runs a class of this JVM's class path, as Kafka's own scripts do. */
    public void addJava(String name, String type) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        add(
                name,
                "exec '" + java + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                        + System.getProperty("java.class.path") + "' " + type + " \"$@\" 2>'"
                        + directory.resolve(name + ".err") + "'");
    }

    /** What a command has ended with. */
    public record Result(int code, String output) {}

    /** Runs a script by bash, with these variables; what it starts in the background ends with it. */
    public Result run(String script, Map<String, String> variables) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of("bash", "-c", script)).redirectErrorStream(true);
        builder.environment().putAll(variables);
        builder.environment().merge("PATH", directory.toString(), (path, first) -> first + ":" + path);
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + script);
        }
        return new Result(process.exitValue(), Files.readString(output, UTF_8));
    }

    /** Whether all of these programs can be run here. */
    public static boolean exist(String... names) {
        return List.of(names).stream()
                .allMatch(name -> List.of(System.getenv("PATH").split(":")).stream()
                        .anyMatch(path -> Files.isExecutable(Path.of(path, name))));
    }
}
