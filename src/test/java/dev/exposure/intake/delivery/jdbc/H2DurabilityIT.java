package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.Position;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** The default database loses no write that it has answered, however the process ends. */
class H2DurabilityIT {

    private static final int RECORDS = 10;

    @TempDir
    Path folder;

    @RepeatedTest(2)
    void answeredWritesAreThereWhenProcessIsKilled() throws Exception {
        String url = Database.H2.newUrl(folder);
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        launcher().toString(),
                        Writer.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long answered = 0;
        try (BufferedReader output = writer.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("answered ")) {
                    answered = Long.parseLong(line.substring(9));
                    if (answered == 60 * RECORDS) {
                        writer.toHandle().destroyForcibly(); // SIGKILL; what it has written can still be read
                    }
                }
            }
        }
        assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();

        try (DatabaseFixture database = new DatabaseFixture(url)) {
            Position position = database.position(P0);
            assertThat(position).isNotNull();
            assertThat(position.nextOffset()).isGreaterThanOrEqualTo(answered).isGreaterThanOrEqualTo(60 * RECORDS);
            assertThat(database.exposures()).isEqualTo(position.nextOffset());
        }
    }

    /**
     * Source that calls the writer. A class of ours with a main method would do as well, but the demo is started by
     * searching the test classes for the only one.
     */
    private Path launcher() throws IOException {
        return Files.writeString(folder.resolve("Launch.java"), """
                class Launch {
                    public static void main(String[] args) throws Exception {
                        var write = Class.forName(args[0]).getDeclaredMethod("write", String.class);
                        write.setAccessible(true);
                        write.invoke(null, args[1]);
                    }
                }
                """);
    }

    /** Writes on and on, telling each answer, until it is killed. */
    static final class Writer {

        static void write(String url) {
            try (DatabaseFixture database = new DatabaseFixture(url)) {
                JdbcDelivery sink = database.sink();
                sink.prepare();
                for (long from = 0; from < 1_000_000; from += RECORDS) {
                    sink.deliver(List.of(range(P0, from, from + RECORDS, 1)));
                    System.out.println("answered " + (from + RECORDS));
                }
            }
        }
    }
}
