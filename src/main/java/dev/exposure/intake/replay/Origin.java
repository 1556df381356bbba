package dev.exposure.intake.replay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A range of offsets of one partition, both ends included; written {@code ads-3}, {@code ads-3@100} or {@code ads-3@100..200}. */
record Origin(String topic, int partition, long first, long last) {

    private static final Pattern TEXT =
            Pattern.compile("([a-zA-Z0-9._-]{1,249})-(\\d{1,9})(?:@(\\d{1,18})(?:\\.\\.(\\d{1,18}))?)?");

    /**
     * Reads an origin from text.
     *
     * @throws OptionException when the text is no origin
     */
    static Origin of(String option, String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new OptionException(
                    option + ": '" + text + "' is no origin; write topic-partition, topic-partition@offset or"
                            + " topic-partition@first..last");
        }
        int partition = Integer.parseInt(matcher.group(2));
        if (matcher.group(3) == null) {
            return new Origin(matcher.group(1), partition, 0, Long.MAX_VALUE);
        }
        long first = Long.parseLong(matcher.group(3));
        long last = matcher.group(4) == null ? first : Long.parseLong(matcher.group(4));
        if (last < first) {
            throw new OptionException(option + ": '" + text + "' ends before it begins");
        }
        return new Origin(matcher.group(1), partition, first, last);
    }

    boolean covers(Position position) {
        return topic.equals(position.topic())
                && partition == position.partition()
                && first <= position.offset()
                && position.offset() <= last;
    }

    /** Where one record is. */
    record Position(String topic, int partition, long offset) {

        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }
}
