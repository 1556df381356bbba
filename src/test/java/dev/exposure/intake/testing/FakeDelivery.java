package dev.exposure.intake.testing;

import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.Slice;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sink that remembers what it is given, knows the positions that a test sets, and is down when a test says so. */
public final class FakeDelivery implements Delivery {

    private final Map<PartitionId, Position> positions = new HashMap<>();
    private final List<List<Slice>> writes = new ArrayList<>();
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable RuntimeException writeFailure;
    private volatile boolean servesOneInstance;

    /** Lets every call fail from now on, or work again. */
    public void fail(@Nullable RuntimeException exception) {
        failure = exception;
    }

    /** Lets every write fail from now on, or work again. */
    public void failWrites(@Nullable RuntimeException exception) {
        writeFailure = exception;
    }

    /** Serves one instance only from now on. */
    public void serveOneInstance() {
        servesOneInstance = true;
    }

    /** Stores a position. */
    public void store(PartitionId partition, Position position) {
        positions.put(partition, position);
    }

    /** Writes that succeeded, oldest first. */
    public List<List<Slice>> writes() {
        return writes;
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
    public DeliveryResult write(List<Slice> slices) {
        answer();
        throwIfSet(writeFailure);
        slices.forEach(this::requireSameLog);
        writes.add(slices);
        slices.forEach(
                slice -> store(slice.partition(), new Position(slice.log(), slice.nextOffset(), slice.leaderEpoch())));
        long records =
                slices.stream().mapToLong(slice -> slice.records().size()).sum();
        return new DeliveryResult(records, 0, 0, Set.of());
    }

    @Override
    public Map<PartitionId, Position> positions(Collection<PartitionId> partitions) {
        answer();
        Map<PartitionId, Position> found = new HashMap<>(positions);
        found.keySet().retainAll(partitions);
        return found;
    }

    private void requireSameLog(Slice slice) {
        Position stored = positions.get(slice.partition());
        if (stored != null && !stored.log().equals(slice.log()) && !stored.log().equals(slice.replaces())) {
            throw new OtherLogException(slice.partition());
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
