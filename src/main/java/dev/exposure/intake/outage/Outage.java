package dev.exposure.intake.outage;

import java.time.Instant;

/**
 * That records can't be taken further at the moment.
 *
 * @param stage what does not work
 * @param since first failure
 * @param attempts failures so far
 * @param reason last failure in one line, fit for logs and health details
 */
public record Outage(Stage stage, Instant since, long attempts, String reason) {

    /** What a record's way depends on. */
    public enum Stage {
        /** Having the group to itself, where the store serves one instance. */
        MEMBERS("Having the group to itself", EventType.OTHER_MEMBER, EventType.OTHER_MEMBER_GONE),
        /** Topics to consume that do not exist; it concerns no other topic. */
        TOPIC("Finding all topics", EventType.TOPIC_MISSING, EventType.TOPIC_FOUND),
        /** Asking sink and cluster where partitions start. */
        POSITIONS("Finding where to start", EventType.POSITIONS_UNKNOWN, EventType.POSITIONS_KNOWN),
        /** Asking the cluster what was deleted before it was read. */
        LOSSES("Counting lost records", EventType.POSITIONS_UNKNOWN, EventType.POSITIONS_KNOWN),
        /** Polling, joining the group, being let in by the brokers. */
        POLL("Polling", EventType.BROKER_DOWN, EventType.BROKER_UP),
        /** A step that should not fail at all. */
        RECORDS("Taking a poll further", EventType.RECORDS_DOWN, EventType.RECORDS_UP),
        /** Committing offsets while the group rebalances, which a member that does not answer can keep from ending. */
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

        /** Whether it is the same for all, so that a success of anybody ends it. */
        boolean isCommon() {
            return this == MEMBERS;
        }

        /** Whether it is over when there are no records to take further. */
        boolean isOfRecords() {
            return this != MEMBERS && this != POLL && this != TOPIC;
        }

        /** Whether those for whom it fails are topics, each of which is told. */
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
