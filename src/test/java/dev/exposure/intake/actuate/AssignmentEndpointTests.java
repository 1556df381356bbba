package dev.exposure.intake.actuate;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.StartReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The assignment endpoint's JSON, to the letter: names, order, times, and nulls where nothing is known. */
class AssignmentEndpointTests extends ActuatorTest {

    private static final PartitionId P6 = new PartitionId(TOPIC, 6);
    private static final PartitionId P10 = new PartitionId(TOPIC, 10);
    private static final LogId LOG = new LogId("cluster", "topic");

    @Test
    void answerWhenNothingIsOwnedYetHasEmptyLists() {
        fixture.starter.start();

        assertThat(get("assignment").body())
                .startsWith(
                        "{\"groupId\":\"my-group\",\"instance\":\"my-instance\",\"protocol\":\"classic\",\"state\":\"SEEDING\","
                                + "\"partitions\":[],\"events\":[{\"at\":");
    }

    @Test
    void answerWhenPartitionsAreOwnedShowsThemSortedWithNullsForWhatIsUnknown() {
        fixture.createKnownTopic();
        fixture.starter.start();
        fixture.position.assignment.joined();
        fixture.position.assign(P10, "intake-1");
        fixture.position.clock.advance(Duration.ofMillis(250));
        fixture.position.own(P6, LOG, 0, StartReason.NEW_PARTITION);
        fixture.position.clock.advance(Duration.ofSeconds(1));
        fixture.position.assignment.processed(P6, 1234, 7);
        fixture.position.assignment.committed(P6, 1200);
        fixture.position.events.add(EventType.ASSIGNED, P6, "from offset 0");
        fixture.position.events.addForTopic(EventType.TOPIC_RECREATED, TOPIC, "created again");
        fixture.position.events.add(EventType.SINK_DOWN, "refused");

        assertThat(get("assignment").statusCode()).isEqualTo(200);
        assertThat(get("assignment").body()).isEqualTo(oneLine("""
                {"groupId":"my-group","instance":"my-instance","protocol":"classic","state":"RUNNING","partitions":[
                {"topic":"ads","partition":6,"consumer":"client-0","assignedAt":"2026-11-22T10:00:00.250Z",
                "startOffset":0,"startReason":"NEW_PARTITION","position":1234,"committed":1200,"paused":false,
                "discoveredAt":"2026-11-22T10:00:00.250Z","firstRecordAt":"2026-11-22T10:00:01.250Z"},
                {"topic":"ads","partition":10,"consumer":"intake-1","assignedAt":"2026-11-22T10:00:00Z",
                "startOffset":null,"startReason":null,"position":null,"committed":null,"paused":false,
                "discoveredAt":"2026-11-22T10:00:00Z","firstRecordAt":null}],
                "events":[
                {"at":"2026-11-22T10:00:01.250Z","type":"ASSIGNED","topic":"ads","partition":6,
                "partitions":[{"topic":"ads","from":6,"to":6}],"detail":"from offset 0"},
                {"at":"2026-11-22T10:00:01.250Z","type":"TOPIC_RECREATED","topic":"ads","partition":null,
                "partitions":[],"detail":"created again"},
                {"at":"2026-11-22T10:00:01.250Z","type":"SINK_DOWN","topic":null,"partition":null,
                "partitions":[],"detail":"refused"}]}"""));
    }

    @Test
    void answerWhenPausedSaysSoOfEveryPartition() {
        fixture.createKnownTopic();
        fixture.starter.start();
        fixture.position.assignment.joined();
        fixture.position.own(P6, LOG, 0, StartReason.RESUMED);
        fixture.operatorPause.set(true);

        assertThat(get("assignment").body())
                .contains("\"state\":\"PAUSED\"")
                .contains("\"paused\":true")
                .contains("\"type\":\"PAUSED\",\"topic\":null");
    }
}
