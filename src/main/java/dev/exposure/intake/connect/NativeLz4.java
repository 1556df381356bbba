package dev.exposure.intake.connect;

import net.jpountz.lz4.LZ4Factory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Kafka's client compress and decompress lz4 with the native library. By itself the library takes the native one only where
 * the system class loader has loaded it, which it has not in a jar that holds other jars ({@code java -jar}); in Java,
 * decompressing costs several times the CPU.
 */
final class NativeLz4 {

    private static final Logger log = LoggerFactory.getLogger(NativeLz4.class);

    private NativeLz4() {}

    /** Loads it once and for all; where it can't be loaded, lz4 is decompressed in Java as before. */
    static void load() {
        try {
            LZ4Factory.nativeInstance();
        } catch (LinkageError | AssertionError | RuntimeException ex) {
            // No library for this system, no directory that it may be loaded from, or no lz4 at all on the class path.
            log.debug("No native lz4, it is decompressed in Java", ex);
        }
    }
}
