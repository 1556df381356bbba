package dev.exposure.intake.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Time by which the cluster has to answer a round of questions, however many there are. */
public final class Deadline {

    private final Duration timeout;
    private final long endNanos;

    /** Deadline this long from now. */
    public Deadline(Duration timeout) {
        this.timeout = timeout;
        this.endNanos = System.nanoTime() + timeout.toNanos();
    }

    /** Deadline after half of the time that is left, for the first of two rounds. */
    Deadline half() {
        return new Deadline(Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()) / 2));
    }

    /** Time left for a question that is asked now, in milliseconds; at least 1, because 0 means the client's default. */
    int remainingMillis() {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
    }

    /**
     * Waits for an answer.
     *
     * @throws KafkaException what the cluster answered instead; a {@link TimeoutException} when there is no answer in time
     */
    public <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException ex) {
            if (ex.getCause() instanceof KafkaException cause) {
                throw cause;
            }
            throw new KafkaException("The cluster's answer is an error", ex.getCause());
        } catch (java.util.concurrent.TimeoutException ex) {
            throw new TimeoutException("No answer from the cluster within " + timeout.toMillis() + " ms");
        } catch (InterruptedException ex) {
            throw new InterruptException(ex); // which interrupts the thread again
        }
    }
}
