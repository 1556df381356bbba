package dev.exposure.intake.actuate;

import dev.exposure.intake.lag.LagSource;
import java.time.Clock;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Endpoint {@code lag}: how far the whole group is behind, from the last sample. */
@Endpoint(id = "lag")
class LagEndpoint {

    private final LagSource source;
    private final Clock clock;

    LagEndpoint(LagSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    @ReadOperation
    LagReport lag() {
        return LagReport.of(source.groupId(), source.latest(), clock.instant());
    }
}
