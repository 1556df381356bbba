package dev.exposure.intake.delivery;

import dev.exposure.intake.outage.SafeMessage;
import dev.exposure.intake.partition.PartitionId;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stored positions are lower than this process knows them to be: the database went back in time with its results (a
 * failover to a replica that lagged, a restored backup), or somebody moved the positions back. Nothing was written. The
 * records from the stored positions on have to be read again.
 */
public final class PositionsWentBackException extends RuntimeException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    private final transient Map<PartitionId, Fall> falls;

    /**
     * How far a position went back.
     *
     * @param from offset that was stored
     * @param to lower offset that is stored or restored now; null if none is
     */
    public record Fall(long from, @Nullable Long to) {

        @Override
        public String toString() {
            return from + " to " + (to == null ? "none" : to);
        }
    }

    public PositionsWentBackException(Map<PartitionId, Fall> falls) {
        super("stored positions went back: " + new TreeMap<>(falls));
        this.falls = Map.copyOf(falls);
    }

    /** Partitions whose position went back, and how far. */
    public Map<PartitionId, Fall> falls() {
        return falls;
    }
}
