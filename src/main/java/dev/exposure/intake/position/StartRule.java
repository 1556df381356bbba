package dev.exposure.intake.position;

import static dev.exposure.intake.partition.Position.NO_EPOCH;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.partition.Position;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a partition starts. A pure function of the facts, so that each row of the decision table is a test.
 *
 * <p>The stored position wins over the commit, higher or lower, because it was written in one transaction with the counts:
 * only it says for certain what has been counted.
 */
public final class StartRule {

    private StartRule() {}

    /** Position to start from, before it is checked against what the log still holds. */
    private record Candidate(
            long offset,
            int leaderEpoch,
            StartReason reason,
            @Nullable String warning) {}

    /** Start for these facts; never throws. */
    public static Start decide(StartFacts facts) {
        Candidate candidate = candidate(facts);
        if (candidate == null) {
            return atLogStart(facts, StartReason.NEW_PARTITION, foreignStore(facts));
        }
        if (candidate.reason == StartReason.TOPIC_RECREATED) {
            return facts.added()
                    ? atLogStart(facts, StartReason.NEW_PARTITION, null)
                    : atLogStart(facts, StartReason.TOPIC_RECREATED, candidate.warning);
        }
        if (candidate.offset < facts.logStart()) {
            long lost = facts.logStart() - candidate.offset;
            return new Start(
                    facts.logStart(),
                    NO_EPOCH,
                    StartReason.LOST_TO_RETENTION,
                    lost,
                    lost + " records from offset " + candidate.offset
                            + " on were deleted by Kafka before they were read");
        }
        if (candidate.offset > facts.logEnd()) {
            // With an epoch, the client asks the leader where the logs diverge (KIP-320). Else only the end is known.
            boolean epochKnown = candidate.leaderEpoch != NO_EPOCH;
            return new Start(
                    epochKnown ? candidate.offset : facts.logEnd(),
                    candidate.leaderEpoch,
                    StartReason.TRUNCATED,
                    0,
                    "the log ends at " + facts.logEnd() + ", below the position " + candidate.offset);
        }
        return new Start(candidate.offset, candidate.leaderEpoch, candidate.reason, 0, candidate.warning);
    }

    private static @Nullable Candidate candidate(StartFacts facts) {
        Position stored = facts.stored();
        if (stored != null && stored.log().clusterId().equals(facts.log().clusterId())) {
            return fromStored(facts, stored);
        }
        CommittedOffset committed = facts.committed();
        if (committed != null) {
            return fromCommit(facts, committed);
        }
        Position pinned = facts.pinned();
        return pinned == null
                ? null
                : new Candidate(pinned.nextOffset(), pinned.leaderEpoch(), StartReason.FIRST_START, null);
    }

    private static Candidate fromStored(StartFacts facts, Position stored) {
        if (!stored.log().equals(facts.log())) {
            return recreated();
        }
        return new Candidate(
                stored.nextOffset(), stored.leaderEpoch(), StartReason.RESUMED, movedByTool(stored, facts.committed()));
    }

    private static Candidate fromCommit(StartFacts facts, CommittedOffset committed) {
        CommitMetadata metadata = committed.metadata();
        if (metadata == null) {
            return new Candidate(
                    committed.offset(), committed.leaderEpoch(), StartReason.RESUMED, storedElsewhere(facts));
        }
        if (!metadata.log().clusterId().equals(facts.log().clusterId())) {
            // Epochs of another cluster mean nothing here.
            return new Candidate(
                    committed.offset(),
                    NO_EPOCH,
                    StartReason.RESUMED,
                    "the committed offset comes from another cluster and is trusted as it is");
        }
        if (!metadata.log().equals(facts.log())) {
            return recreated();
        }
        return new Candidate(
                committed.offset(),
                committed.leaderEpoch(),
                metadata.seed() ? StartReason.FIRST_START : StartReason.RESUMED,
                storeLost(facts, committed, metadata));
    }

    private static Candidate recreated() {
        return new Candidate(
                0,
                NO_EPOCH,
                StartReason.TOPIC_RECREATED,
                "the topic was deleted and created again; positions in the old one do not apply");
    }

    private static Start atLogStart(StartFacts facts, StartReason reason, @Nullable String warning) {
        return new Start(facts.logStart(), NO_EPOCH, reason, 0, warning);
    }

    private static @Nullable String foreignStore(StartFacts facts) {
        return facts.stored() == null
                ? null
                : "the stored position belongs to another cluster and there is no commit here: reading from the log's start";
    }

    private static @Nullable String storedElsewhere(StartFacts facts) {
        return facts.stored() == null
                ? null
                : "the stored position belongs to another cluster; the committed offset is trusted as it is";
    }

    /** A commit of counted records has a leader epoch, and comes after their position was stored. */
    private static @Nullable String storeLost(StartFacts facts, CommittedOffset committed, CommitMetadata metadata) {
        if (facts.stored() != null || metadata.seed() || committed.leaderEpoch() == NO_EPOCH) {
            return null;
        }
        return "no position is stored with the counts, though records were counted: its row is gone, or the database is"
                + " another one; going on from the committed offset " + committed.offset();
    }

    private static @Nullable String movedByTool(Position stored, @Nullable CommittedOffset committed) {
        if (committed == null) {
            return "the group has no committed offset any more (deleted, or expired while nothing ran); going on from the"
                    + " position stored with the counts, " + stored.nextOffset();
        }
        if (committed.metadata() != null || committed.offset() == stored.nextOffset()) {
            return null;
        }
        return "another tool moved the group to offset " + committed.offset()
                + ", but the position stored with the counts, " + stored.nextOffset()
                + ", wins; to move both, stop the service, set partition_position.next_offset to the same offset, start again";
    }
}
