package dev.exposure.intake.decode;

import dev.exposure.intake.decode.Rejection.Reason;
import dev.exposure.intake.scan.ExposureTime;
import dev.exposure.intake.scan.Utf8;
import java.nio.CharBuffer;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Turns a record's value into exactly one outcome, and never throws. Used by several consumer threads at once.
 *
 * <p>Where JSON leaves a choice, it is strict: an exposure that two readers may understand differently must not be
 * counted on a guess. The whole value must be UTF-8. It rejects as not JSON a line that names a field twice, an event
 * that names {@code message} twice, and an event that names a target twice if its line may be there. Other names may
 * repeat, as {@code @timestamp} does in events of Filebeat 6. One byte order mark at the very beginning is skipped.
 */
public final class ExposureDecoder {

    private final long maxSize;
    private final Keys keys;
    private final StrictJson json;
    private final Clock clock;
    private final ThreadLocal<FastDecoder> fast;

    /** Decoder of the format that the properties describe; compares times with the clock. */
    public ExposureDecoder(FormatProperties properties, Clock clock) {
        this.maxSize = properties.maxLineSize().toBytes();
        this.keys = new Keys(properties);
        this.json = new StrictJson(properties.maxLineSize());
        this.clock = clock;
        this.fast = ThreadLocal.withInitial(() -> new FastDecoder(keys, clock));
    }

    /** Decodes one value, which is null for a tombstone. */
    public Decoded decode(byte @Nullable [] value) {
        return decode(value, fast.get());
    }

    /** Function that decodes as {@link #decode(byte[])} does, for use on the calling thread only. */
    public Function<byte @Nullable [], Decoded> forThisThread() {
        FastDecoder own = fast.get(); // looked up once, and not for each record
        return value -> decode(value, own);
    }

    private Decoded decode(byte @Nullable [] value, FastDecoder fastDecoder) {
        if (value == null || value.length == 0) {
            return new Rejection(Reason.EMPTY, null, "holds no value");
        }
        if (value.length > maxSize) {
            String detail = "has " + value.length + " bytes, of which at most " + maxSize + " are allowed";
            return new Rejection(Reason.TOO_LARGE, null, detail);
        }
        Exposure exposure = decodeFast(value, fastDecoder);
        return exposure != null ? exposure : parse(value);
    }

    private static @Nullable Exposure decodeFast(byte[] value, FastDecoder fastDecoder) {
        try {
            return fastDecoder.decode(value);
        } catch (RuntimeException ex) {
            // A defect of ours; the parser judges this record, as all that the fast path leaves to it.
            return null;
        }
    }

    /** Decodes the value by the parser alone; used when the fast path is not certain. */
    Decoded parse(byte[] value) {
        CharBuffer text = Utf8.decode(value);
        if (text == null) {
            return StrictJson.notJson("event is not UTF-8");
        }
        try (JsonParser parser = json.parse(text.array(), text.position(), text.remaining())) {
            return new EventReader(new LineFactory(keys, json, new ExposureTime(clock))).read(parser);
        } catch (JacksonException ex) {
            return StrictJson.rejection("event", ex);
        } catch (RuntimeException ex) {
            // A defect, the parser's or ours, must cost only one record and not stop its partition.
            return StrictJson.notJson(
                    "event made the decoder fail: " + ex.getClass().getSimpleName());
        }
    }
}
