package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Says when an override in {@code pom.xml} can go: when Spring Boot, or the Kafka client, asks for as new a version by itself. The
 * build copies their poms to {@code target/poms}.
 */
class VersionOverridesTests {

    /** Boot's version of Kafka that lacks artifacts which the tests need, for which an older one is taken. */
    private static final String INCOMPLETE_KAFKA = "4.2.2";

    private final Element ours = read(Path.of("pom.xml"));
    private final Element boots = read(Path.of("target", "poms", "spring-boot-dependencies.pom"));
    private final Element kafkas = read(Path.of("target", "poms", "kafka-clients.pom"));

    @Test
    void propertyThatIsBootsWhenOverriddenIsNewerThanBoots() {
        Map<String, String> managed = properties(boots);
        Map<String, String> overrides = properties(ours);
        overrides.keySet().retainAll(managed.keySet());
        overrides.remove("kafka.version");

        assertThat(overrides)
                .isNotEmpty()
                .allSatisfy((name, version) -> assertThat(isNewer(version, managed.get(name)))
                        .as("%s %s, of which Boot has %s: remove the override", name, version, managed.get(name))
                        .isTrue());
    }

    @Test
    void kafkaVersionIsOverriddenWhileBootsIsTheIncompleteOne() {
        assertThat(properties(boots))
                .as("Boot has another version of Kafka: if its test artifacts are published, remove the override")
                .containsEntry("kafka.version", INCOMPLETE_KAFKA);
    }

    @Test
    void libraryOfTheKafkaClientWhenOverriddenIsNewerThanWhatTheClientAsksFor() {
        Map<String, String> asked = dependencies(kafkas);
        Map<String, String> overrides = dependencies(ours);
        overrides.keySet().retainAll(asked.keySet());

        assertThat(overrides)
                .isNotEmpty()
                .allSatisfy((name, version) -> assertThat(isNewer(version, asked.get(name)))
                        .as(
                                "%s %s, of which the client asks for %s: remove the override",
                                name, version, asked.get(name))
                        .isTrue());
    }

    @Test
    void versionsAreComparedNumberByNumber() {
        assertThat(isNewer("1.1.10.12", "1.1.10.7")).isTrue();
        assertThat(isNewer("9.1.6.Final", "9.1.5.Final")).isTrue();
        assertThat(isNewer("3.1.8", "3.1.8")).isFalse();
        assertThat(isNewer("3.1.8", "3.2")).isFalse();
        assertThat(isNewer("3.1", "3.1.1")).isFalse();
    }

    private static boolean isNewer(String version, String other) {
        return Arrays.compare(numbers(version), numbers(other)) > 0;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[^0-9]+"))
                .filter(part -> !part.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static Map<String, String> properties(Element project) {
        Map<String, String> properties = new TreeMap<>();
        children(project, "properties").stream()
                .flatMap(all -> elements(all).stream())
                .forEach(property -> properties.put(
                        property.getTagName(), property.getTextContent().strip()));
        return properties;
    }

    /** Versions by group and artifact of what the project depends on or manages, where it says one itself. */
    private static Map<String, String> dependencies(Element project) {
        Map<String, String> properties = properties(project);
        List<Element> parents = new ArrayList<>(children(project, "dependencies"));
        children(project, "dependencyManagement").forEach(managed -> parents.addAll(children(managed, "dependencies")));
        Map<String, String> versions = new TreeMap<>();
        for (Element parent : parents) {
            for (Element dependency : children(parent, "dependency")) {
                String version = text(dependency, "version");
                if (version.startsWith("${")) {
                    version = properties.getOrDefault(version.substring(2, version.length() - 1), "");
                }
                if (!version.isEmpty()) {
                    versions.put(text(dependency, "groupId") + ":" + text(dependency, "artifactId"), version);
                }
            }
        }
        return versions;
    }

    private static String text(Element parent, String name) {
        return children(parent, name).stream()
                .map(Element::getTextContent)
                .findFirst()
                .orElse("")
                .strip();
    }

    private static List<Element> children(Element parent, String name) {
        return elements(parent).stream()
                .filter(child -> child.getTagName().equals(name))
                .toList();
    }

    private static List<Element> elements(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }

    private static Element read(Path pom) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(pom.toFile())
                    .getDocumentElement();
        } catch (IOException | SAXException | ParserConfigurationException ex) {
            throw new IllegalStateException("Can't read " + pom + "; the build copies it", ex);
        }
    }
}
