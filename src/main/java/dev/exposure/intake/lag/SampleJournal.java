package dev.exposure.intake.lag;

import dev.exposure.intake.outage.FailureText;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs when sampling begins to fail and when it works again, not each failure in between. */
final class SampleJournal {

    private static final Logger log = LoggerFactory.getLogger(LagSampler.class);

    private final String groupId;
    private boolean failing;
    private Set<String> troubled = Set.of();

    SampleJournal(String groupId) {
        this.groupId = groupId;
    }

    void succeeded(Map<String, String> problems) {
        if (failing) {
            log.info("Sampling the lag of group {} works again", groupId);
            failing = false;
        }
        problems.forEach((subject, reason) -> {
            if (!troubled.contains(subject)) {
                log.warn("The lag of group {} lacks {}: {}", groupId, subject, reason);
            }
        });
        troubled.stream()
                .filter(subject -> !problems.containsKey(subject))
                .forEach(subject -> log.info("The lag of group {} has {} again", groupId, subject));
        troubled = Set.copyOf(problems.keySet());
    }

    void failed(Throwable failure) {
        if (!failing) {
            log.warn(
                    "Sampling the lag of group {} fails: {}; the last sample stays and its age grows",
                    groupId,
                    FailureText.of(failure));
            failing = true;
        }
    }
}
