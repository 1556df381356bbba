package dev.exposure.intake.outage;

import java.util.regex.Pattern;

/** Names the calling thread in a way that lasts when the container replaces a consumer. */
public final class ConsumerThread {

    /** Suffix by which a container numbers the threads of a consumer and its replacements. */
    private static final Pattern REPLACEMENT = Pattern.compile("-C-\\d+$");

    private ConsumerThread() {}

    /** Name of the calling thread; a thread that replaces a consumer's thread has the same name here. */
    public static String name() {
        return REPLACEMENT.matcher(Thread.currentThread().getName()).replaceFirst("");
    }
}
