package dev.exposure.intake.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NativeLz4Tests {

    @Test
    void aClassLoaderOfItsOwnDecompressesNativelyToo() throws Exception {
        try (URLClassLoader loader = loader(NativeLz4.class, LZ4Factory.class, LoggerFactory.class)) {
            assertThat(fastest(loader)).doesNotContain("JNI");

            load(loader);

            assertThat(fastest(loader)).contains("JNI");
        }
    }

    @Test
    void withoutTheLibraryNothingHappens() throws Exception {
        try (URLClassLoader loader = loader(NativeLz4.class, LoggerFactory.class)) {
            assertThatCode(() -> load(loader)).doesNotThrowAnyException();
        }
    }

    /** Like that of a jar that holds other jars: not the system's, with these classes' jars and nothing else. */
    private static URLClassLoader loader(Class<?>... classes) {
        URL[] places = Stream.of(classes)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        return new URLClassLoader(places, ClassLoader.getPlatformClassLoader());
    }

    private static void load(ClassLoader loader) throws Exception {
        Method load = loader.loadClass(NativeLz4.class.getName()).getDeclaredMethod("load");
        load.setAccessible(true);
        load.invoke(null);
    }

    private static String fastest(ClassLoader loader) throws Exception {
        Object factory = loader.loadClass(LZ4Factory.class.getName())
                .getMethod("fastestInstance")
                .invoke(null);
        return String.valueOf(factory);
    }
}
