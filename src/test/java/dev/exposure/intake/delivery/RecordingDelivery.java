package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A team's own sink: remembers what it is given, or fails. */
public final class RecordingDelivery implements Delivery {

    public static final DeliveryResult RESULT = new DeliveryResult(3, 2, 1, Set.of());

    public final List<Slice> written = new ArrayList<>();

    @Nullable
    public RuntimeException failure;

    @Override
    public String type() {
        return "recording";
    }

    @Override
    public void prepare() {}

    @Override
    public DeliveryResult write(List<Slice> slices) {
        if (failure != null) {
            throw failure;
        }
        written.addAll(slices);
        return RESULT;
    }

    @Override
    public Map<PartitionId, Position> positions(Collection<PartitionId> partitions) {
        return Map.of();
    }
}
