package dev.exposure.intake.cluster;

import org.apache.kafka.clients.consumer.Consumer;

/** Finds the client id of a consumer; the interface has no getter for it. */
public final class ClientIds {

    private ClientIds() {}

    /** Client id as the brokers know it, or {@code unknown} for a consumer without metrics. */
    public static String of(Consumer<?, ?> consumer) {
        return consumer.metrics().keySet().stream()
                .map(name -> name.tags().get("client-id"))
                .filter(id -> id != null)
                .findFirst()
                .orElse("unknown");
    }
}
