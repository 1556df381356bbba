package dev.exposure.intake.actuate;

import dev.exposure.intake.consumer.OperatorPause;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/** Shows whether an operator has paused this instance, and pauses or resumes it. */
@Endpoint(id = ConsumptionEndpoint.ID)
class ConsumptionEndpoint {

    static final String ID = "consumption";

    /** Body of both answers. */
    record Consumption(boolean paused) implements OperationResponseBody {}

    private final OperatorPause pause;

    ConsumptionEndpoint(OperatorPause pause) {
        this.pause = pause;
    }

    @ReadOperation
    Consumption consumption() {
        return new Consumption(pause.isPaused());
    }

    @WriteOperation
    Consumption pause(boolean paused) {
        pause.set(paused);
        return consumption();
    }
}
