package dev.exposure.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A page of the documentation: its headings, as links name them, and its own relative links; code is neither. */
record Markdown(List<String> lines, List<String> prose) {

    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");

    static Markdown of(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<String> prose = new ArrayList<>();
            boolean code = false;
            for (String line : lines) {
                boolean fence = line.strip().startsWith("```");
                code ^= fence;
                // Lines of code stay as empty ones, so that numbers fit.
                prose.add(fence || code ? "" : line);
            }
            return new Markdown(lines, prose);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        prose.stream().filter(line -> line.startsWith("#")).forEach(heading -> anchors.add(anchor(heading)));
        return anchors;
    }

    /** Text from the heading to the next one of its level or above. */
    String section(String anchor) {
        for (int first = 0; first < lines.size(); first++) {
            String heading = prose.get(first);
            if (heading.startsWith("#") && anchor(heading).equals(anchor)) {
                int end = first + 1;
                while (end < lines.size() && !isHeading(prose.get(end), level(heading))) {
                    end++;
                }
                return String.join("\n", lines.subList(first, end));
            }
        }
        throw new AssertionError("No heading for #" + anchor);
    }

    /** Links to other pages or to headings, not to the web. */
    List<String> links() {
        List<String> links = new ArrayList<>();
        for (String line : prose) {
            LINK.matcher(line.replaceAll("`[^`]*`", "")).results().forEach(link -> links.add(link.group(1)));
        }
        links.removeIf(link -> link.matches("(https?|mailto):.*"));
        return links;
    }

    private static boolean isHeading(String line, int atMost) {
        return line.startsWith("#") && level(line) <= atMost;
    }

    private static int level(String heading) {
        return heading.length() - heading.replaceFirst("^#+", "").length();
    }

    /** As GitHub makes it: lower case, without punctuation, blanks as hyphens. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+\\s*", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }
}
