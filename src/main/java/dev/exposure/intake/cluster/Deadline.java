package dev.exposure.intake.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;

/** Moment until which all answers of one sample must be there, however many questions it takes. */
public final class Deadline {

    private final long endNanos;

    public Deadline(Duration timeout) {
        endNanos = System.nanoTime() + timeout.toNanos();
    }

    /** What is left for a question that is asked now, at least 1 because 0 stands for the client's default. */
    int remainingMillis() {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
    }

    /** Waits for an answer; its failure is thrown as it is, without a wrapper. */
    <T> T await(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException ex) {
            if (ex.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KafkaException(ex.getCause());
        } catch (java.util.concurrent.TimeoutException ex) {
            throw new TimeoutException("No answer before the deadline of the sample", ex);
        }
    }
}
