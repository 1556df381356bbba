package dev.exposure.intake.connect;

import dev.exposure.intake.outage.SafeMessage;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** No client can be made yet, because no name in {@code spring.kafka.bootstrap-servers} can be resolved. */
final class UnresolvedServersException extends KafkaException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    UnresolvedServersException(List<ServerAddress> servers, @Nullable Throwable cause) {
        super(
                "No name in spring.kafka.bootstrap-servers can be resolved: "
                        + String.join(
                                ", ",
                                servers.stream().map(ServerAddress::toString).toList()),
                cause);
    }
}
