package dev.exposure.intake.delivery.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;

/** Several writers at once, and how often they got in each other's way. */
final class Writers {

    private Writers() {}

    /** Runs the task in so many threads, and gives their results or the first failure. */
    static <T> List<T> together(int threads, Task<T> task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<T>> calls = IntStream.range(0, threads)
                    .mapToObj(number -> (Callable<T>) () -> task.run(number))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls, 2, TimeUnit.MINUTES)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    /**
     * Deadlocks that PostgreSQL had to break; the sink would have repeated them unnoticed. H2 tells no such number. Closes
     * the database.
     */
    static long deadlocks(Database kind, DatabaseFixture database) {
        if (kind == Database.H2) {
            return 0;
        }
        String name = database.jdbc().queryForObject("SELECT current_database()", String.class);
        database.close();
        JdbcTemplate admin = Database.admin();
        // A session reports when it ends.
        await().untilAsserted(() -> assertThat(admin.queryForObject(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = ?", Long.class, name))
                .isZero());
        Long deadlocks =
                admin.queryForObject("SELECT deadlocks FROM pg_stat_database WHERE datname = ?", Long.class, name);
        return deadlocks == null ? -1 : deadlocks;
    }

    /** What one thread does. */
    interface Task<T> {
        T run(int number) throws Exception;
    }
}
