package dev.exposure.intake.deadletter;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns at start that a dead-letter topic is missing, so that this does not first show with a bad record. */
public final class DeadLetterTopics {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterTopics.class);
    private static final long WAIT_SECONDS = 5;

    private final Admin admin;
    private final DeadLetterRecords records;

    DeadLetterTopics(Admin admin, DeadLetterRecords records) {
        this.admin = admin;
        this.records = records;
    }

    /** Warns of each dead-letter topic of these topics that does not exist; consumption can begin anyway. */
    public void check(Collection<String> topics) {
        Set<String> missing = topics.stream().map(records::topic).collect(Collectors.toCollection(TreeSet::new));
        try {
            missing.removeAll(admin.listTopics().names().get(WAIT_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            return;
        } catch (ExecutionException | TimeoutException ex) {
            log.info("Could not find out whether the dead-letter topics exist");
            return;
        }
        if (!missing.isEmpty()) {
            log.warn(
                    "Dead-letter topics {} do not exist, or this user may not see them: the first bad record will make its"
                            + " consumer thread wait until they do",
                    missing);
        }
    }
}
