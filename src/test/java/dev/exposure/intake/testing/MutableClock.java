package dev.exposure.intake.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** Clock that moves only when a test moves it. */
public final class MutableClock extends Clock {

    /** Moment at which every such clock begins. */
    public static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private volatile Instant now = START;
    private final AtomicLong nanos = new AtomicLong();

    /** Lets this much time pass. */
    public void advance(Duration duration) {
        now = now.plus(duration);
        nanos.addAndGet(duration.toNanos());
    }

    /** Sets the wall clock, without any time passing. */
    public void set(Instant instant) {
        now = instant;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Time that has passed on this clock, in nanoseconds. */
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
