package dev.exposure.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names of the properties that begin with {@code intake.}, as the configuration metadata on the class path lists them. */
final class KnownProperties {

    static final String PREFIX = "intake.";

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final Pattern INDEX = Pattern.compile("\\[[^]]*]");

    private record Known(String name, boolean isMap) {}

    private final List<Known> known;

    private KnownProperties(List<Known> known) {
        this.known = known;
    }

    /**
     * Reads the names from the loader's class path.
     *
     * @throws UncheckedIOException when a file can't be read
     */
    static KnownProperties on(ClassLoader loader) {
        Map<String, Known> names = new TreeMap<>();
        try {
            for (URL file : Collections.list(loader.getResources(METADATA))) {
                try (InputStream in = file.openStream()) {
                    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    if (text.contains('"' + PREFIX)) { // most files belong to libraries and are large
                        read(text, names);
                    }
                }
            }
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return new KnownProperties(List.copyOf(names.values()));
    }

    private static void read(String text, Map<String, Known> names) {
        for (JsonNode property : JsonMapper.shared().readTree(text).path("properties")) {
            String name = property.path("name").asString("");
            if (name.startsWith(PREFIX)) {
                boolean isMap = property.path("type").asString("").startsWith("java.util.Map<");
                names.put(name, new Known(name, isMap));
            }
        }
    }

    /** Whether no names are known, because the build left out the metadata. */
    boolean isEmpty() {
        return known.isEmpty();
    }

    /** Whether the name is known in any spelling, also as a list's element or a map's key. */
    boolean contains(String name) {
        String uniform = uniform(name);
        return known.stream().anyMatch(it -> matches(uniform, uniform(it.name()), it.isMap(), "."));
    }

    /** Whether the environment variable {@code INTAKE_...} is known; its {@code _} stands for any separator. */
    boolean containsVariable(String variable) {
        String uniform =
                variable.toLowerCase(Locale.ROOT).replaceAll("(_\\d+)+_?$", "").replace("_", "");
        return known.stream().anyMatch(it -> matches(uniform, uniform(it.name()).replace(".", ""), it.isMap(), ""));
    }

    private static boolean matches(String name, String known, boolean isMap, String separator) {
        return name.equals(known) || (isMap && name.startsWith(known + separator));
    }

    /** The known name that differs from this one by the fewest letters. */
    String nearest(String name) {
        String uniform = uniform(name);
        return known.stream()
                .map(Known::name)
                .min(Comparator.comparingInt(it -> distance(uniform, uniform(it))))
                .orElseThrow();
    }

    private static String uniform(String name) {
        return INDEX.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("").replaceAll("[-_]", "");
    }

    /** Least number of letters to insert, remove or replace (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
