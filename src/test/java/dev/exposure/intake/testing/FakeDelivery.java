package dev.exposure.intake.testing;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Delivery that remembers what it is given, knows the positions that a test sets, and is down when a test says so. */
public final class FakeDelivery implements Delivery {

    private final Map<PartitionId, Position> positions = new HashMap<>();
    private final List<List<PartitionRecords<Exposure>>> polls = new ArrayList<>();
    private final List<List<PositionChange>> changes = new ArrayList<>();
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable RuntimeException writeFailure;
    private volatile @Nullable Error error;
    private volatile @Nullable RuntimeException refusal;
    private volatile boolean servesOneInstance;
    private volatile Set<PartitionId> truncated = Set.of();

    /** Lets every call fail from now on, or work again. */
    public void fail(@Nullable RuntimeException exception) {
        failure = exception;
    }

    /** Lets every write fail from now on, or work again. */
    public void failWrites(@Nullable RuntimeException exception) {
        writeFailure = exception;
    }

    /** Lets every write end in an error from now on. */
    public void endWrites(Error thrown) {
        error = thrown;
    }

    /** Refuses the group from now on, or no longer. */
    public void refuseGroup(@Nullable RuntimeException exception) {
        refusal = exception;
    }

    /** Serves one instance only from now on. */
    public void serveOneInstance() {
        servesOneInstance = true;
    }

    /** Finds from now on that these logs were cut and have grown again. */
    public void findTruncated(Set<PartitionId> partitions) {
        truncated = partitions;
    }

    /** Stores a position. */
    public void store(PartitionId partition, Position position) {
        positions.put(partition, position);
    }

    /** Polls that were delivered, oldest first. */
    public List<List<PartitionRecords<Exposure>>> polls() {
        return polls;
    }

    /** Changes of positions that were stored without records, oldest first. */
    public List<List<PositionChange>> changes() {
        return changes;
    }

    @Override
    public String type() {
        return "fake";
    }

    @Override
    public boolean servesOneInstance() {
        return servesOneInstance;
    }

    @Override
    public void prepare() {
        answer();
    }

    @Override
    public void requireSoleGroup(String clusterId, Collection<String> topics) {
        answer();
        throwIfSet(refusal);
    }

    @Override
    public DeliveryResult deliver(List<PartitionRecords<Exposure>> poll) {
        answer();
        throwIfSet(writeFailure);
        if (error != null) {
            throw error;
        }
        poll.forEach(records -> requireSameLog(records.partition(), records.next(), null));
        polls.add(poll);
        poll.forEach(records -> store(records.partition(), records.next()));
        long records = poll.stream().mapToLong(PartitionRecords::size).sum();
        return new DeliveryResult(records, 0, 0, truncated);
    }

    @Override
    public void store(Collection<PositionChange> moved) {
        if (moved.isEmpty()) {
            return;
        }
        answer();
        throwIfSet(writeFailure);
        moved.forEach(change -> requireSameLog(change.partition(), change.position(), change.replaces()));
        changes.add(List.copyOf(moved));
        moved.forEach(change -> store(change.partition(), change.position()));
    }

    @Override
    public Map<PartitionId, Position> positions(String clusterId, Collection<PartitionId> partitions) {
        answer();
        Map<PartitionId, Position> found = new HashMap<>(positions);
        found.keySet().retainAll(partitions);
        return found;
    }

    private void requireSameLog(PartitionId partition, Position next, @Nullable Position replaces) {
        Position stored = positions.get(partition);
        if (stored != null
                && !stored.log().equals(next.log())
                && (replaces == null || !stored.log().equals(replaces.log()))) {
            throw new OtherLogException(partition);
        }
    }

    private void answer() {
        throwIfSet(failure);
    }

    private static void throwIfSet(@Nullable RuntimeException exception) {
        if (exception != null) {
            throw exception;
        }
    }
}
