package dev.exposure.intake.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import dev.exposure.intake.consumer.ListenerContainer;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.event.ListenerContainerIdleEvent;
import org.springframework.kafka.listener.MessageListenerContainer;

/** Events of containers that an application has besides are not taken for those of the intake's. */
class OwnEventsTests {

    private final ExposureListener listener = mock(ExposureListener.class);

    @Test
    void idleEventOfAnotherContainerIsNotLookedAt() {
        doNothing().when(listener).onIdle(any());
        new ApplicationContextRunner()
                .withBean(ExposureListener.class, () -> listener)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    for (String other : List.of("team-0", "exposure-intake-orders-0", "exposure-intake")) {
                        context.publishEvent(idle(other));
                    }
                    verify(listener, never()).onIdle(any());

                    context.publishEvent(idle(ListenerContainer.ID + "-0"));
                    context.publishEvent(idle(ListenerContainer.ID + "-12"));
                    verify(listener, times(2)).onIdle(any());
                });
    }

    private ListenerContainerIdleEvent idle(String listenerId) {
        return new ListenerContainerIdleEvent(
                this, mock(MessageListenerContainer.class), 0, listenerId, List.of(), mock(Consumer.class), false);
    }
}
