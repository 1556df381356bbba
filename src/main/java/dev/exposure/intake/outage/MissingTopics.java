package dev.exposure.intake.outage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.TreeSet;

/** Says which of the topics to consume do not exist; the others are consumed meanwhile. Thread-safe. */
public final class MissingTopics {

    private final Outages outages;
    private Set<String> missing = new TreeSet<>();

    /** Topics of this instance; none is missing at first. */
    public MissingTopics(Outages outages, MeterRegistry registry) {
        this.outages = outages;
        Gauge.builder("intake.topics.missing", this, MissingTopics::count)
                .description("Topics to consume that do not exist")
                .register(registry);
    }

    private synchronized int count() {
        return missing.size();
    }

    /** Takes in the topics that are missing now; there may be none. */
    public synchronized void sampled(Set<String> missingNow) {
        Set<String> found = missing;
        found.removeAll(missingNow);
        found.forEach(topic -> outages.works(Outage.Stage.TOPIC, topic));
        missingNow.forEach(topic -> outages.note(Outage.Stage.TOPIC, topic, new MissingTopicException(missingNow)));
        missing = new TreeSet<>(missingNow);
    }
}
