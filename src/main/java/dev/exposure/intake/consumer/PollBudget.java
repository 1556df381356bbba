package dev.exposure.intake.consumer;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Ends a poll when its records hold enough bytes: keys, values and headers, decompressed. The client's own limits are a number
 * of records and the size of what is fetched, which may be a thousand times larger once it is decompressed.
 *
 * <p>The client deserializes record by record while it collects a poll: the key, then the value. When a deserializer throws, it
 * returns what it has and begins the next poll with the very record. That is all that is made use of here, and a test holds
 * it. A record with neither key nor value reaches no deserializer and is not counted. One budget serves all consumers, each on
 * its own thread.
 */
public final class PollBudget {

    /** The client asks once or twice for the record that does not fit; after that, nobody has renewed the budget. */
    private static final int REFUSALS = 2;

    /** What the client keeps for a header besides its bytes, about. */
    private static final int HEADER_OVERHEAD = 100;

    private final long limit;
    private final ThreadLocal<Spent> spent = ThreadLocal.withInitial(Spent::new);

    private static final class Spent {

        /** Bytes of the records that the poll holds already. */
        private long earlier;

        /** Bytes of the record that is being deserialized, and its headers, which tell it from the next. */
        private long current;

        private @Nullable Headers record;
        private int refusals;

        private void reset() {
            earlier = 0;
            current = 0;
            record = null;
            refusals = 0;
        }
    }

    public PollBudget(DataSize limit) {
        this.limit = limit.toBytes();
    }

    /** Takes note that a poll was handed over; on its consumer's thread. */
    public void renew() {
        spent.get().reset();
    }

    /**
     * Deserializer that gives keys and values as they are, until the budget of the poll is spent; a first record always fits.
     * The same budget has to see both.
     */
    Deserializer<byte[]> deserializer() {
        return new Deserializer<>() {

            // A consumer's deserializers are its thread's alone: looked up once, and not twice for each record.
            private @Nullable Thread thread;
            private Spent own = new Spent();

            @Override
            public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
                return data; // the client calls the method below
            }

            @Override
            public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
                if (thread != Thread.currentThread()) {
                    thread = Thread.currentThread();
                    own = spent.get();
                }
                spend(own, headers, data == null ? 0 : data.remaining()); // before it is copied
                return Utils.toNullableArray(data);
            }
        };
    }

    @SuppressWarnings("ReferenceEquality") // each record has headers of its own, which may be equal to another's
    private void spend(Spent now, Headers record, long size) {
        if (now.record != record) {
            now.earlier += now.current;
            now.current = sizeOf(record);
            now.record = record;
        }
        now.current += size;
        if (now.earlier > 0 && now.earlier + now.current > limit) {
            if (now.refusals < REFUSALS) {
                now.refusals++;
                now.current = 0;
                now.record = null;
                throw new EndOfPollException();
            }
            long own = now.current;
            now.reset(); // the poll before has failed, and its records come again
            now.current = own;
            now.record = record;
        }
    }

    private static long sizeOf(Headers headers) {
        long size = 0;
        for (Header header : headers) {
            byte[] value = header.value();
            size += HEADER_OVERHEAD + header.key().length() + (value == null ? 0 : value.length);
        }
        return size;
    }

    /** Says nothing that anybody should read. */
    private static final class EndOfPollException extends SerializationException {

        private static final long serialVersionUID = 1L;

        EndOfPollException() {
            super("The poll holds enough");
        }
    }
}
