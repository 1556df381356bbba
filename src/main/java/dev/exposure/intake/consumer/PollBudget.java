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
 * Ends a poll when its records hold enough bytes: keys, values and headers, decompressed. The client itself limits only the
 * number of records and the size of a fetch, which may be a thousand times larger once it is decompressed.
 *
 * <p>The client deserializes record by record while it collects a poll: the key, then the value. When a deserializer throws,
 * the client returns the records so far and begins the next poll with the same record. This class relies only on that, and a
 * test checks it. A record with neither key nor value reaches no deserializer and is not counted. One budget serves all
 * consumers, each on its own thread.
 */
public final class PollBudget {

    /** The client asks once or twice for the record that does not fit; if it asks again, the budget was not renewed. */
    private static final int REFUSALS = 2;

    /** Approximate bytes that the client keeps for a header besides the header's own bytes. */
    private static final int HEADER_OVERHEAD = 100;

    private final long limit;
    private final ThreadLocal<Spent> spent = ThreadLocal.withInitial(Spent::new);

    private static final class Spent {

        /** Bytes of the records that the poll holds already. */
        private long earlier;

        /** Bytes of the record that is being deserialized; the headers below distinguish it from the next record. */
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

    /** Begins a new poll's budget after a poll was handed over; on the consumer's thread. */
    public void renew() {
        spent.get().reset();
    }

    /**
     * Deserializer that returns keys and values unchanged until the poll's budget is spent; the first record always fits.
     * Keys and values have to share one budget.
     */
    Deserializer<byte[]> deserializer() {
        return new Deserializer<>() {

            // Only one thread uses a consumer's deserializers, so this is looked up once, not twice for each record.
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

    @SuppressWarnings("ReferenceEquality") // each record has its own headers, which may equal another's
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

    /** Only ends the poll; nobody has to read its message. */
    private static final class EndOfPollException extends SerializationException {

        private static final long serialVersionUID = 1L;

        EndOfPollException() {
            super("The poll holds enough");
        }
    }
}
