package dev.exposure.intake.decode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Makes events of every shape, most of them good ones, the same way for the same seed. */
final class RandomEvents {

    private static final List<String> TEXTS = List.of(
            "\"a\"",
            "\"ad-17\"",
            "\"a\\\"b\\\\c\\/d\\n\\t\"",
            "\"\\u9996\\u9875\"",
            "\"\\ud83c\\udfc5\"",
            "\"\\ud83c\"",
            "\"\\udfc5x\"",
            "\"\\ud83c\\n\"",
            "\"\\u0000\"",
            "\"\\u0041\\u007f\\u0080\\u07ff\\u0800\\uffff\"",
            "\"\u5e7f\u4e1c\"",
            "\"\ud83c\udfc5\u00e9\"",
            "\"C:\\\\ads\\\\\"",
            "\"\\\"\"",
            "\"\\\\\"",
            "\"<a href='x'>&amp;</a>\"",
            "\"" + "x".repeat(128) + "\"",
            "\"" + "x".repeat(129) + "\"",
            "\"" + "\u9996".repeat(128) + "\"",
            "\"" + "\u9996".repeat(129) + "\"",
            "\"" + "\\u9996".repeat(128) + "\"",
            "\"" + "\\u9996".repeat(129) + "\"",
            "\"" + "u".repeat(4097) + "\"",
            "\"\"",
            "null",
            "17",
            "-17",
            "-0",
            "0",
            "1.0",
            "1e3",
            "true",
            "{}",
            "[1]",
            "9".repeat(128),
            "9".repeat(129));

    private static final List<String> TIMES = List.of(
            "1722650400137",
            "1722650400",
            "1722650400.137",
            "1722650400137.9",
            "1.722650400137e12",
            "17226504001370e-1",
            "\"1722650400137\"",
            "\"1722650400.5\"",
            "\"2024-08-03T02:00:00.123Z\"",
            "\"2024-08-03T10:00:00,5+08:00\"",
            "\"2024-08-03T10:00+0800\"",
            "\"2024-08-03T10:00:00\\u002b08:00\"",
            "\"2024-08-03 10:00:00\"",
            "\"\"",
            "null",
            "1e999999999",
            "-1722650400",
            "99999999999",
            "true",
            "{\"a\":1}");

    private static final List<String> PRICES = List.of(
            "1200",
            "0",
            "-0",
            "1200.0",
            "1.2e3",
            "\"1200\"",
            "\"1.2e3\"",
            "\"\"",
            "null",
            "-1",
            "0.5",
            "9223372036854775807",
            "9223372036854775808",
            "1e18",
            "\"x\"",
            "false",
            "[]",
            "\"\\u0031\"");

    private static final List<String> FLAGS =
            List.of("true", "false", "null", "\"true\"", "\"false\"", "\"\"", "1", "\"True\"", "{}", "\"tru\\u0065\"");

    private static final List<String> OTHERS = List.of(
            "1",
            "-1.5e-3",
            "\"x\"",
            "\"a\\\\\\\"b\"",
            "\"\\ud83c\"",
            "true",
            "null",
            "[]",
            "{}",
            "[1,[2,{\"a\":[null]}],\"\"]",
            "{\"exposure_id\":\"inner\",\"message\":\"{}\"}",
            "{\"\\ud83c\":1}",
            "{\"a\":1,\"a\":2}",
            "\"\u9996\"",
            "01",
            "1.",
            "tru",
            "\"\\x\"",
            "[1,]",
            "[".repeat(99) + "]".repeat(99),
            "[".repeat(98) + "]".repeat(98),
            "7".repeat(1200));

    private static final List<String> SPACES = List.of(" ", "  ", "\t", "\n", "\r\n");

    private final Random random;

    RandomEvents(long seed) {
        this.random = new Random(seed);
    }

    /** Record's value, as text. */
    String next() {
        String line = object(members(true));
        List<String> root = members(random.nextInt(8) == 0);
        if (random.nextInt(4) > 0) {
            root.add(member("@timestamp", any(TIMES, 3)));
        }
        if (random.nextInt(3) > 0) {
            root.add("\"log\":{\"offset\":505,\"file\":{\"path\":\"/data/logs/\u9996.log\"}}");
        }
        switch (random.nextInt(14)) {
            case 0 -> {
                return spaces() + line + spaces();
            }
            case 1 -> root.add(member(any(List.of("json", "exposure", "log"), 3), line));
            case 2 -> root.add(member(any(List.of("json", "exposure", "log"), 3), quoted(spaces() + line + spaces())));
            case 3 ->
                root.add(member("message", quoted("{\"log\":" + quoted(line + "\n") + ",\"stream\":\"stdout\"}")));
            case 4 -> {
                root.add(member("message", any(List.of("\"plain\"", "\"\"", "null", "\" \"", "\"\\u007b\"", "{}"), 6)));
                root.add(member("json", line));
            }
            case 5 -> {
                String other = object(members(true));
                root.add(member("message", quoted(line)));
                root.add(member(
                        any(List.of("json", "exposure", "log"), 3), random.nextBoolean() ? other : quoted(other)));
            }
            case 6 -> {
                root.add(member("json", line));
                root.add(member("exposure", object(members(true))));
            }
            default -> root.add(member("message", quoted(spaces() + line + spaces())));
        }
        if (random.nextInt(40) == 0) {
            root.add(root.get(random.nextInt(root.size())));
        }
        return spaces() + object(root) + spaces();
    }

    private List<String> members(boolean line) {
        List<String> members = new ArrayList<>();
        if (line) {
            members.add(member("exposure_id", any(TEXTS, 2)));
            members.add(member("ad_id", any(TEXTS, 2)));
            members.add(member("exposed_at", any(TIMES, 4)));
            for (String name : List.of(
                    "campaign_id",
                    "creative_id",
                    "slot_id",
                    "request_id",
                    "user_id",
                    "device",
                    "region",
                    "price_micros",
                    "test")) {
                if (random.nextInt(3) > 0) {
                    members.add(member(name, valueOf(name)));
                }
            }
            if (random.nextInt(20) == 0) {
                members.remove(random.nextInt(members.size()));
            }
            if (random.nextInt(40) == 0) {
                members.add(members.get(random.nextInt(members.size())));
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            members.add(member(random.nextInt(30) == 0 ? "\\u0061d_id" : "other-" + i, any(OTHERS, 14)));
        }
        return members;
    }

    private String valueOf(String name) {
        return switch (name) {
            case "price_micros" -> any(PRICES, 7);
            case "test" -> any(FLAGS, 4);
            default -> any(TEXTS, 3);
        };
    }

    // The first ones, which are good, are likelier by far.
    private String any(List<String> values, int likely) {
        return values.get(random.nextInt(random.nextInt(6) == 0 ? values.size() : Math.min(likely, values.size())));
    }

    private String member(String name, String value) {
        return "\"" + name + "\"" + spaces() + ":" + spaces() + value;
    }

    private String object(List<String> members) {
        Collections.shuffle(members, random);
        return "{" + spaces() + String.join("," + spaces(), members) + spaces() + "}";
    }

    private String spaces() {
        return random.nextInt(6) == 0 ? SPACES.get(random.nextInt(SPACES.size())) : "";
    }

    /** The text as a JSON string, with an escape where one is needed, and at times where none is. */
    private String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        int habit = random.nextInt(5);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean needless =
                    (habit == 0 && random.nextInt(40) == 0) || (habit == 1 && c > 0x7f) || (habit == 2 && c == '<');
            if (needless || (c < ' ' && c != '\n' && c != '\t' && c != '\r')) {
                out.append(String.format("\\u%04x", (int) c));
            } else if (c == '"' || c == '\\' || (c == '/' && habit == 3)) {
                out.append('\\').append(c);
            } else {
                out.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\t' -> "\\t";
                            case '\r' -> "\\r";
                            default -> String.valueOf(c);
                        });
            }
        }
        return out.append('"').toString();
    }
}
