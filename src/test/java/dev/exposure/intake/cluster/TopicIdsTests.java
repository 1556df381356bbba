package dev.exposure.intake.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** A broker that lags behind must not bring a former topic back to life. */
class TopicIdsTests {

    private final MutableClock clock = new MutableClock();
    private final TopicIds ids = new TopicIds(clock::nanoTime);
    private final Uuid first = Uuid.randomUuid();
    private final Uuid second = Uuid.randomUuid();

    @Test
    void formerIdWhenToldAgainIsRefused() {
        ids.told("ads", first);
        ids.told("ads", second);

        assertThatThrownBy(() -> ids.told("ads", first))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("ads");
        assertThatCode(() -> ids.told("ads", second)).doesNotThrowAnyException();
    }

    @Test
    void formerIdWhenToldLongAfterIsBelieved() {
        ids.told("ads", first);
        ids.told("ads", second);
        clock.advance(Duration.ofHours(7));

        assertThatCode(() -> ids.told("ads", first)).doesNotThrowAnyException();
    }

    @Test
    void idsOfOtherTopicsWhenToldAreNoMatter() {
        ids.told("ads", first);
        ids.told("clicks", second);

        assertThatCode(() -> ids.told("ads", first)).doesNotThrowAnyException();
    }
}
