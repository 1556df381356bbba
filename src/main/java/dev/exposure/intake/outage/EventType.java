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
    /** A record was too large for its dead-letter topic and is there with the head of its value. */
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
    /** A poll's records can't be taken further for a reason that should not be; it is read again. */
    RECORDS_DOWN,
    /** Polls are taken further again. */
    RECORDS_UP,
    /** The group has been rebalancing for long, and no offset can be committed. */
    REBALANCE_HANGS,
    /** The group's rebalance has ended. */
    REBALANCE_ENDED,
    /** Somebody else is in the group, and the database serves one instance; records wait. */
    OTHER_MEMBER,
    /** Group has no other member any more. */
    OTHER_MEMBER_GONE,
    /** A topic to consume does not exist; the others are consumed. */
    TOPIC_MISSING,
    /** All topics exist. */
    TOPIC_FOUND,
    /** Group knows no position in the topic; starts at the initial position. */
    FIRST_START
}
