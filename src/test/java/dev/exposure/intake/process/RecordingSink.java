package dev.exposure.intake.process;

import dev.exposure.intake.sink.ExposureSink;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.sink.Slice;
import dev.exposure.intake.sink.StoredPosition;
import dev.exposure.intake.sink.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A team's own sink: remembers what it is given, or fails. */
final class RecordingSink implements ExposureSink {

    static final WriteResult RESULT = new WriteResult(3, 2, 1, Set.of());

    final List<Slice> written = new ArrayList<>();

    @Nullable
    RuntimeException failure;

    @Override
    public String type() {
        return "recording";
    }

    @Override
    public void prepare() {}

    @Override
    public WriteResult write(List<Slice> slices) {
        if (failure != null) {
            throw failure;
        }
        written.addAll(slices);
        return RESULT;
    }

    @Override
    public Map<PartitionId, StoredPosition> positions(Collection<PartitionId> partitions) {
        return Map.of();
    }
}
