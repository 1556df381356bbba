package dev.exposure.intake.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.FailureNotice.Past;
import dev.exposure.intake.outage.FailureNotice.Turn;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A failure that goes on is told when it begins, now and then, and when it is over. */
class FailureNoticeTests {

    private final MutableClock clock = new MutableClock();
    private final FailureNotice notice = new FailureNotice(Duration.ofMinutes(1), clock::nanoTime);

    @Test
    void failuresAreToldAtOnceAndThenAtMostOnceInTheInterval() {
        assertThat(notice.failed()).isEqualTo(Turn.BEGINS);
        clock.advance(Duration.ofSeconds(59));
        assertThat(notice.failed()).isEqualTo(Turn.SILENT);
        clock.advance(Duration.ofSeconds(1));
        assertThat(notice.failed()).isEqualTo(Turn.REMINDS);
        assertThat(notice.failuresToTell()).isEqualTo(2);
        assertThat(notice.failed()).isEqualTo(Turn.SILENT);
    }

    @Test
    void failuresWhenOverAreToldOnceWithTheirNumberAndBeginAnew() {
        assertThat(notice.worked()).isNull();
        notice.failed();
        notice.failed();
        clock.advance(Duration.ofSeconds(7));

        assertThat(notice.worked()).isEqualTo(new Past(Duration.ofSeconds(7), 2));
        assertThat(notice.worked()).isNull();
        assertThat(notice.failures()).isZero();
        assertThat(notice.failed()).isEqualTo(Turn.BEGINS);
    }
}
