package dev.exposure.intake.actuate;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.consumer.Consumption;
import dev.exposure.intake.consumer.OperatorPause;
import dev.exposure.intake.lag.LagSource;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.position.Assignment;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Wires the endpoints {@code assignment}, {@code consumption} and {@code lag}. */
@AutoConfiguration
class EndpointConfiguration {

    @Bean
    AssignmentEndpoint intakeAssignmentEndpoint(
            ConsumerGroup group,
            KafkaSettings kafka,
            GroupProtocol protocol,
            Consumption consumption,
            Assignment assignment,
            EventLog events) {
        return new AssignmentEndpoint(group.id(), kafka.clientId(), protocol, consumption, assignment, events);
    }

    @Bean
    ConsumptionEndpoint intakeConsumptionEndpoint(OperatorPause pause) {
        return new ConsumptionEndpoint(pause);
    }

    @Bean
    LagEndpoint intakeLagEndpoint(LagSource source, Clock clock) {
        return new LagEndpoint(source, clock);
    }
}
