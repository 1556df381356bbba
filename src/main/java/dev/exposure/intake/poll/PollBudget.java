package dev.exposure.intake.poll;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Ends a poll when its records' values hold enough bytes. The client's own limits are a number of records and the size of
 * what is fetched, which may be a hundred times larger once it is decompressed.
 *
 * <p>The client deserializes record by record while it collects a poll. When a deserializer throws, it returns what it has and
 * begins the next poll with the very record. That is all that is made use of here, and a test holds it. One budget serves all
 * consumers, each on its own thread.
 */
final class PollBudget {

    /** The client asks once or twice for the record that does not fit; after that, nobody has renewed the budget. */
    private static final int REFUSALS = 2;

    private final long limit;
    private final ThreadLocal<Spent> spent = ThreadLocal.withInitial(Spent::new);

    private static final class Spent {
        private long bytes;
        private int refusals;

        private void reset() {
            bytes = 0;
            refusals = 0;
        }
    }

    PollBudget(DataSize limit) {
        this.limit = limit.toBytes();
    }

    /** Takes note that a poll was handed over; on its consumer's thread. */
    void renew() {
        spent.get().reset();
    }

    /** Deserializer that gives values as they are, until the budget of the poll is spent; a first value always fits. */
    Deserializer<byte[]> deserializer() {
        return new Deserializer<>() {
            @Override
            public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
                spend(data == null ? 0 : data.length);
                return data;
            }

            @Override
            public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
                spend(data == null ? 0 : data.remaining()); // before it is copied
                return Utils.toNullableArray(data);
            }
        };
    }

    private void spend(long size) {
        Spent now = spent.get();
        if (now.bytes > 0 && now.bytes + size > limit) {
            if (now.refusals < REFUSALS) {
                now.refusals++;
                throw new EndOfPollException();
            }
            now.reset(); // the poll before has failed, and its records come again
        }
        now.bytes += size;
    }

    /** Says nothing that anybody should read. */
    private static final class EndOfPollException extends SerializationException {

        private static final long serialVersionUID = 1L;

        EndOfPollException() {
            super("The poll holds enough");
        }
    }
}
