package dev.exposure.intake.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * Extracts the libraries that decompress Kafka's records from their jars when an image is built. Otherwise each start writes
 * them to the temporary directory and loads them from there, which fails if that is mounted without the right to execute, as
 * by {@code docker run --tmpfs /tmp}.
 */
final class NativeLibraries {

    private static final Map<String, String> FOLDERS = Map.of("amd64", "(amd64|x86_64)", "aarch64", "aarch64");

    private NativeLibraries() {}

    /** Copies this machine's libraries from the jars in the first directory to the second, without versions in their names. */
    public static void main(String[] args) throws IOException {
        write(System.getProperty("os.arch"), Path.of(args[0]), Path.of(args[1]));
    }

    static void write(String architecture, Path jars, Path target) throws IOException {
        String folder = FOLDERS.get(architecture);
        if (folder == null) {
            throw new IllegalArgumentException("os.arch is " + architecture + ", not one of " + FOLDERS.keySet());
        }
        Pattern library = Pattern.compile("(?i).*/?linux/" + folder + "/lib[^/]+\\.so");
        Files.createDirectories(target);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(jars, "*.jar")) {
            for (Path file : files) {
                try (JarFile jar = new JarFile(file.toFile())) {
                    for (JarEntry entry : jar.stream()
                            .filter(it -> library.matcher(it.getName()).matches())
                            .toList()) {
                        write(jar, entry, target);
                    }
                }
            }
        }
    }

    private static void write(JarFile jar, JarEntry entry, Path target) throws IOException {
        String name = Path.of(entry.getName()).getFileName().toString().replaceFirst("-[0-9].*", ".so");
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, target.resolve(name));
        }
    }
}
