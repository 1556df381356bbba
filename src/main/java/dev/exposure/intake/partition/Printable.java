package dev.exposure.intake.partition;

/** Makes text from outside safe to print: a terminal that shows a log would obey control characters in it. */
public final class Printable {

    private Printable() {}

    /** The text with control and format characters, line ends included, replaced by their codes ({@code \\u001b}). */
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
