package dev.exposure.intake.outage;

import java.time.Instant;

/**
 * Records can't be processed further at the moment.
 *
 * @param stage what does not work
 * @param since first failure
 * @param attempts failures so far
 * @param reason last failure in one line, fit for logs and health details
 */
public record Outage(Stage stage, Instant since, long attempts, String reason) {

    /** Steps that the processing of records depends on. */
    public enum Stage {
        /** Having the group to itself, where the store serves one instance. */
        MEMBERS("Having the group to itself", EventType.OTHER_MEMBER, EventType.OTHER_MEMBER_GONE),
        /** Topics to consume that do not exist; other topics are not affected. */
        TOPIC("Finding all topics", EventType.TOPIC_MISSING, EventType.TOPIC_FOUND),
        /** Asking sink and cluster where partitions start. */
        POSITIONS("Finding where to start", EventType.POSITIONS_UNKNOWN, EventType.POSITIONS_KNOWN),
        /** Asking the cluster what was deleted before it was read. */
        LOSSES("Counting lost records", EventType.POSITIONS_UNKNOWN, EventType.POSITIONS_KNOWN),
        /** Polling, joining the group, logging in to the brokers. */
        POLL("Polling", EventType.BROKER_DOWN, EventType.BROKER_UP),
        /** Any other step; none of them should ever fail. */
        RECORDS("Taking a poll further", EventType.RECORDS_DOWN, EventType.RECORDS_UP),
        /** Committing offsets while the group rebalances; a member that does not answer can prolong a rebalance. */
        REBALANCE("Committing offsets", EventType.REBALANCE_HANGS, EventType.REBALANCE_ENDED),
        /** Publishing dead letters. */
        DEAD_LETTERS("Publishing dead letters", EventType.DEAD_LETTER_DOWN, EventType.DEAD_LETTER_UP),
        /** Processing exposures. */
        PROCESSOR("Processing", EventType.PROCESSOR_DOWN, EventType.PROCESSOR_UP),
        /** Storing results and positions. */
        SINK("Writing to the sink", EventType.SINK_DOWN, EventType.SINK_UP);

        private final String activity;
        private final EventType down;
        private final EventType up;

        Stage(String activity, EventType down, EventType up) {
            this.activity = activity;
            this.down = down;
            this.up = up;
        }

        /** What fails, for a person; begins a sentence. */
        public String activity() {
            return activity;
        }

        /** Whether the outage is the same for all owners, so that any success ends it. */
        boolean isCommon() {
            return this == MEMBERS;
        }

        /** Whether the outage is over when there are no records to process. */
        boolean isOfRecords() {
            return this != MEMBERS && this != POLL && this != TOPIC;
        }

        /** Whether the owners are topics; each topic then gets its own event. */
        boolean isByTopic() {
            return this == TOPIC;
        }

        EventType down() {
            return down;
        }

        EventType up() {
            return up;
        }
    }
}
