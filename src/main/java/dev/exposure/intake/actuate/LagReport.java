package dev.exposure.intake.actuate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.exposure.intake.lag.LagSnapshot;
import dev.exposure.intake.lag.PartitionLag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the {@code lag} endpoint answers: a sample and its age. It is an operation's response body, so Actuator's own
 * mapper writes it, and {@code spring.jackson.*} cannot change what dashboards read.
 *
 * @param measuredAt moment of the sample; before the first one, it and all numbers are null
 * @param ageSeconds age of the sample at the time of the request
 */
// Actuator leaves nulls out of its JSON; here a null says "unknown", which is worth showing.
@JsonInclude(JsonInclude.Include.ALWAYS)
record LagReport(
        String groupId,
        @Nullable Instant measuredAt,
        @Nullable Double ageSeconds,
        @Nullable Long totalLag,
        @Nullable Double maxBehindSeconds,
        @Nullable Integer unownedPartitions,
        List<PartitionLag> partitions)
        implements OperationResponseBody {

    static LagReport of(String groupId, @Nullable LagSnapshot sample, Instant now) {
        if (sample == null) {
            return new LagReport(groupId, null, null, null, null, null, List.of());
        }
        return new LagReport(
                groupId,
                sample.measuredAt(),
                sample.age(now).toMillis() / 1000.0,
                sample.totalLag(),
                sample.maxBehindSeconds(),
                sample.unownedPartitions(),
                sample.partitions());
    }
}
