package dev.exposure.intake.partition;

/** Makes text of others fit to be shown: a terminal that prints a log would obey the control characters in it. */
public final class Printable {

    private Printable() {}

    /** The text with control and format characters, line ends too, as their numbers ({@code \\u001b}). */
    public static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(it -> {
            if (isHarmless(it)) {
                printable.appendCodePoint(it);
            } else {
                printable.append(String.format("\\u%04x", it));
            }
        });
        return printable.toString();
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
