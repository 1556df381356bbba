package dev.exposure.intake.outage;

/** Kinds of events that the assignment endpoint shows. */
public enum EventType {
    ASSIGNED,
    REVOKED,
    LOST,
    NEW_PARTITION,
    TOPIC_RECREATED,
    TRUNCATED,
    RECORDS_LOST,
    PAUSED,
    RESUMED,
    SINK_DOWN,
    SINK_UP,
    /** Dead letters can't be published; the batch waits. */
    DEAD_LETTER_DOWN,
    /** Dead letters are published again. */
    DEAD_LETTER_UP,
    /** A record was too large for its dead-letter topic; only the start of its value is there. */
    DEAD_LETTER_CUT,
    /** Sink or cluster does not say where partitions start; their records wait. */
    POSITIONS_UNKNOWN,
    /** Positions can be read again. */
    POSITIONS_KNOWN,
    /** Processor fails; the exposures wait. */
    PROCESSOR_DOWN,
    /** Processor works again. */
    PROCESSOR_UP,
    /** Stored positions are behind what was stored before; records from there on are processed again. */
    POSITIONS_WENT_BACK,
    /** Cluster does not answer. */
    BROKER_DOWN,
    /** Cluster answers again. */
    BROKER_UP,
    /** A poll's records can't be processed because of an unexpected error; the poll is read again. */
    RECORDS_DOWN,
    /** The unexpected error is over. */
    RECORDS_UP,
    /** The group has been rebalancing for a long time, and no offset can be committed. */
    REBALANCE_HANGS,
    /** The group's rebalance has ended. */
    REBALANCE_ENDED,
    /** The group has another member, but the database serves only one instance; records wait. */
    OTHER_MEMBER,
    /** Group has no other member any more. */
    OTHER_MEMBER_GONE,
    /** A topic to consume does not exist; the others are consumed. */
    TOPIC_MISSING,
    /** A topic that was missing exists now. */
    TOPIC_FOUND,
    /** The group has no position in the topic and starts at the initial position. */
    FIRST_START
}
