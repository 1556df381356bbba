package dev.exposure.intake.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.Outages;
import java.time.Clock;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Commits that are put off are logged when it begins and when it is over, also where another thread goes on for the first. */
@ExtendWith(OutputCaptureExtension.class)
class CommitNoticeTests {

    private final Outages outages = new Outages(new EventLog(Clock.systemUTC()), Clock.systemUTC());
    private final CommitNotice notice = new CommitNotice(outages, System::nanoTime);

    @Test
    void endIsLoggedWhenTheConsumerWasReplacedMeanwhile(CapturedOutput output) throws InterruptedException {
        on("intake-0-C-1", () -> notice.putOff(new RebalanceInProgressException("a rebalance")));
        on("intake-0-C-2", notice::committed);
        assertThat(lines(output, "Commits are put off")).isEqualTo(1);
        assertThat(lines(output, "Commits are taken again")).isEqualTo(1);

        on("intake-0-C-2", () -> notice.putOff(new RebalanceInProgressException("another rebalance")));
        assertThat(lines(output, "Commits are put off")).isEqualTo(2);
    }

    private static void on(String name, Runnable step) throws InterruptedException {
        Thread thread = new Thread(step, name);
        thread.start();
        thread.join();
    }

    private static long lines(CapturedOutput output, String text) {
        return output.getAll().lines().filter(line -> line.contains(text)).count();
    }
}
