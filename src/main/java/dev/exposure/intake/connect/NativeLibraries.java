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
 * Takes the libraries that decompress Kafka's records out of their jars when an image is built: left alone, each start writes
 * them to the directory for temporary files and loads them from there, which fails where that is mounted without the right
 * to execute, as {@code docker run --tmpfs /tmp} mounts it.
 */
final class NativeLibraries {

    private static final Map<String, String> FOLDERS = Map.of("amd64", "(amd64|x86_64)", "aarch64", "aarch64");

    private NativeLibraries() {}

    /** Writes the libraries that this machine needs of the jars in the first directory to the second, without their versions. */
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
