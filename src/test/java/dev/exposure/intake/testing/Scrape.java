package dev.exposure.intake.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Prometheus reads from one scrape.
 *
 * @param types types by the names in the {@code # TYPE} lines
 * @param samples all samples, in order
 */
public record Scrape(Map<String, String> types, List<Sample> samples) {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /** One line: a name, its labels and its value. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    /** Reads the text of a scrape. */
    public static Scrape of(String text) {
        Map<String, String> types = new HashMap<>();
        text.lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> {
            String[] words = line.split(" ", 4);
            types.put(words[2], words[3]);
        });
        List<Sample> samples = text.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(Scrape::sample)
                .toList();
        return new Scrape(types, samples);
    }

    private static Sample sample(String line) {
        Matcher parts = SAMPLE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("Not a sample: " + line);
        }
        Map<String, String> labels = new HashMap<>();
        if (parts.group(2) != null) {
            Matcher label = LABEL.matcher(parts.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return new Sample(parts.group(1), labels, Double.parseDouble(parts.group(3)));
    }

    /** Samples of one metric, those of a histogram's parts included. */
    public List<Sample> named(String metric, String... suffixes) {
        Set<String> names =
                List.of(suffixes).stream().map(suffix -> metric + suffix).collect(Collectors.toSet());
        names.add(metric);
        return samples.stream().filter(sample -> names.contains(sample.name())).toList();
    }
}
