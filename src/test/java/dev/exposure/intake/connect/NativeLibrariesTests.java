package dev.exposure.intake.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

/** Takes the libraries of the very jars that the service is built with. */
class NativeLibrariesTests {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"amd64", "aarch64"})
    void writesTheLibraryOfEachCompression(String architecture) throws Exception {
        NativeLibraries.write(architecture, jars(), directory.resolve("native"));
        try (var files = Files.list(directory.resolve("native"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("libzstd-jni.so", "libsnappyjava.so", "liblz4-java.so");
        }
    }

    @Test
    void refusesAnArchitectureOfWhichItKnowsNoLibraries() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeLibraries.write("sparc", directory, directory.resolve("native")))
                .withMessageContaining("sparc");
    }

    private Path jars() throws IOException, URISyntaxException {
        Path jars = Files.createDirectory(directory.resolve("jars"));
        for (Class<?> type : new Class<?>[] {Zstd.class, Snappy.class, LZ4Factory.class}) {
            Path jar = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            Files.copy(jar, jars.resolve(jar.getFileName().toString()));
        }
        return jars;
    }
}
