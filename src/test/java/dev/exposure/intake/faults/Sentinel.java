package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Samples stored positions and the group's commits all the time, and notes whenever one of them has moved back. */
final class Sentinel implements AutoCloseable {

    private static final long PAUSE_NANOS = 20_000_000;

    private final Scene scene;
    private final Map<String, Long> highest = new HashMap<>();
    private final List<String> regressions = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "sentinel");
    private final AtomicInteger samples = new AtomicInteger();
    private volatile boolean stopping;

    private Sentinel(Scene scene) {
        this.scene = scene;
    }

    static Sentinel watch(Scene scene) {
        Sentinel sentinel = new Sentinel(scene);
        sentinel.thread.setDaemon(true);
        sentinel.thread.start();
        return sentinel;
    }

    private void run() {
        while (!stopping) {
            try {
                scene.database()
                        .positions(Scene.TOPIC)
                        .forEach((partition, position) -> note("stored", partition, position));
                committed(scene).forEach((partition, offset) -> note("committed", partition, offset));
                samples.incrementAndGet();
            } catch (SQLException | ExecutionException ex) {
                // Down at the moment; what it held must be there when it is back.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void note(String what, int partition, long now) {
        long before = highest.merge(what + " " + partition, now, Math::max);
        if (now < before) {
            regressions.add(what + " offset of partition " + partition + " fell from " + before + " to " + now);
        }
    }

    /** Offsets that the group has committed, by partition. */
    static Map<Integer, Long> committed(Scene scene) throws ExecutionException {
        Map<Integer, Long> offsets = new HashMap<>();
        try {
            scene.kafka()
                    .admin()
                    .listConsumerGroupOffsets(Scene.TOPIC)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            offsets.put(partition.partition(), offset.offset());
                        }
                    });
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        return offsets;
    }

    /** Stops sampling, and fails if anything has ever moved back. */
    int assertNothingMovedBack() {
        close();
        assertThat(samples.get()).as("samples of positions and commits").isGreaterThan(10);
        assertThat(regressions).as("positions that moved back").isEmpty();
        return samples.get();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(30_000);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
