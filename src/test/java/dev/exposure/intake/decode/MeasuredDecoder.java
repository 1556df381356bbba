package dev.exposure.intake.decode;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.util.unit.DataSize;

/** Both ways to decode, for measurements. */
public final class MeasuredDecoder {

    private final ExposureDecoder decoder;
    private final FastDecoder fast;

    /** Decodes with the default format. */
    public MeasuredDecoder() {
        FormatProperties properties =
                new FormatProperties(DataSize.ofMegabytes(1), List.of("json", "exposure", "log"), Map.of());
        this.decoder = new ExposureDecoder(properties, Clock.systemUTC());
        this.fast = new FastDecoder(new Keys(properties), Clock.systemUTC());
    }

    /** As the service does. */
    public Decoded decode(byte[] value) {
        return decoder.decode(value);
    }

    /** By the parser alone. */
    public Decoded parse(byte[] value) {
        return decoder.parse(value);
    }

    public boolean takesFastPath(byte[] value) {
        return fast.decode(value) != null;
    }

    /** Values of the sample events that are exposures. */
    public List<byte[]> sampleExposures() {
        return Records.samples().stream()
                .map(sample -> Records.utf8(sample.value()))
                .filter(value -> parse(value) instanceof Exposure)
                .toList();
    }
}
