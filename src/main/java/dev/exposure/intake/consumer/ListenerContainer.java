package dev.exposure.intake.consumer;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/** Finds the one listener container, which exists only once the context is complete. */
public final class ListenerContainer {

    public static final String ID = "exposure-intake";

    /** Whether an event is from one of its consumers; an application's own listeners send the same types of events. */
    public static final String IS_OURS = "#root.event.listenerId.matches('" + ID + "-\\d+')";

    /** Name of the bean that makes it. */
    public static final String FACTORY = "intakeListenerContainerFactory";

    private final KafkaListenerEndpointRegistry registry;

    ListenerContainer(KafkaListenerEndpointRegistry registry) {
        this.registry = registry;
    }

    MessageListenerContainer get() {
        MessageListenerContainer container = registry.getListenerContainer(ID);
        if (container == null) {
            throw new IllegalStateException("No listener container '" + ID + "'");
        }
        return container;
    }

    /** Whether it is this container; an application may have others, and their events are sent to us too. */
    public boolean is(MessageListenerContainer container) {
        return container == get();
    }

    /** Client ids of the container's consumers; empty before it starts. */
    Set<String> clientIds() {
        return get().metrics().values().stream()
                .flatMap(metrics -> metrics.keySet().stream())
                .map(name -> name.tags().get("client-id"))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}
