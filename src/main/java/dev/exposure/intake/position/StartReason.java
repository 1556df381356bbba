package dev.exposure.intake.position;

/** Why a partition starts where it starts; metric label and field of the assignment endpoint. */
public enum StartReason {
    /** Continues at the stored position or the committed offset. */
    RESUMED,
    /** Never read before: starts at its first record, whatever the initial position is. */
    NEW_PARTITION,
    /** First start of the group: starts at the initial position that was pinned for every partition that existed then. */
    FIRST_START,
    /** Topic was deleted and created again under its name: starts at the new log's first record. */
    TOPIC_RECREATED,
    /** Kafka deleted records before they were read: starts at the first one left. */
    LOST_TO_RETENTION,
    /** Log ends below the position, as after an unclean leader election. */
    TRUNCATED
}
