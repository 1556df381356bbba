package dev.exposure.intake.delivery.jdbc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.dao.CannotAcquireLockException;

/**
 * Lets this process's writers to embedded databases take turns. When several wrote the same rows at once and one of them
 * had to start over, H2 added to a row twice, about once in a hundred thousand transactions.
 */
final class EmbeddedTurns {

    private static final ReentrantLock TURN = new ReentrantLock(true);

    private EmbeddedTurns() {}

    /**
     * Writes when no other writer does.
     *
     * @throws CannotAcquireLockException when another writer takes longer than the limit
     */
    static <T> T write(Supplier<T> write, Duration limit) {
        try {
            if (!TURN.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CannotAcquireLockException("Another writer has the embedded database for over " + limit);
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new CannotAcquireLockException("Interrupted while another writer has the embedded database", ex);
        }
        try {
            return write.get();
        } finally {
            TURN.unlock();
        }
    }
}
