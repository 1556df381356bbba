package dev.exposure.intake.connect;

import net.jpountz.lz4.LZ4Factory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Kafka's client compress and decompress lz4 with native code. By default lz4 uses its native code only if the system
 * class loader has loaded lz4, which is not so in a jar that holds other jars ({@code java -jar}). In Java, decompressing costs
 * several times the CPU.
 */
final class NativeLz4 {

    private static final Logger log = LoggerFactory.getLogger(NativeLz4.class);

    private NativeLz4() {}

    /** Loads the native code; if that fails, lz4 is decompressed in Java as before. */
    static void load() {
        try {
            LZ4Factory.nativeInstance();
        } catch (LinkageError | AssertionError | RuntimeException ex) {
            // No library for this system, no directory that it may be loaded from, or no lz4 at all on the class path.
            log.debug("No native lz4, it is decompressed in Java", ex);
        }
    }
}
