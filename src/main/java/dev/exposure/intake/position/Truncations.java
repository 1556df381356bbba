package dev.exposure.intake.position;

import dev.exposure.intake.partition.PartitionId;

/**
 * Reports that a log was cut below a partition's position, as an unclean leader election does, and counts the records
 * that were cut off unread, as far as they were seen.
 */
public final class Truncations {

    private final Assignment assignment;
    private final LogEnds ends;
    private final StartReporter reporter;

    Truncations(Assignment assignment, LogEnds ends, StartReporter reporter) {
        this.assignment = assignment;
        this.ends = ends;
        this.reporter = reporter;
    }

    /**
     * Takes note that records of a new branch of the log were counted; to be called before the assignment moves on.
     *
     * @param first offset of the first record polled of the new branch
     * @param leaderEpoch leader epoch of the last one
     */
    public void found(PartitionId id, long first, int leaderEpoch) {
        OwnedPartition owned = assignment.find(id);
        if (owned == null || owned.position() == null || owned.log() == null) {
            return;
        }
        long position = owned.position();
        long unread = ends.seenBeyond(id, owned.log().topicId(), position, leaderEpoch);
        reporter.truncated(id, position, first, unread, !isSaid(owned));
    }

    /** Whether the partition's start has already announced this truncation. */
    private static boolean isSaid(OwnedPartition owned) {
        Start start = owned.start();
        return start != null && start.reason() == StartReason.TRUNCATED && owned.firstRecordAt() == null;
    }
}
