package dev.exposure.intake.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.poll.PollFixture;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.testing.FakeConsumer;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;

/** Whom a member of the group is taken for; the one of the fake cluster is "member", with the client id "client". */
class SoleMemberTests {

    private final PositionFixture fixture = new PositionFixture();
    private final FakeConsumer consumer = new FakeConsumer();

    private SoleMember withClientIds(String... ids) {
        fixture.sink.serveOneInstance();
        fixture.cluster.group(GroupState.STABLE);
        return PollFixture.members(fixture, () -> Set.of(ids));
    }

    @Test
    void memberBeforeJoiningIsAnotherWhateverItsClientId() {
        assertThatThrownBy(() -> withClientIds("client").checkBeforeJoining())
                .isInstanceOf(OtherMemberException.class)
                .hasMessageContainingAll("group has another member: client on /127.0.0.1", "PostgreSQL");
    }

    @Test
    void memberOfAnotherClientIdIsAnotherAndDoubtStays() {
        SoleMember members = withClientIds("mine");

        assertThatThrownBy(members::check).isInstanceOf(OtherMemberException.class);
        assertThat(members.isDoubtful()).isTrue();
    }

    @Test
    void memberWhenItsIdIsNotKnownYetIsOursByItsClientId() {
        SoleMember members = withClientIds("client");

        members.check();

        assertThat(members.isDoubtful()).isFalse();
    }

    @Test
    void doubtReturnsWithARebalanceAndWithANewId() {
        SoleMember members = withClientIds("client");
        members.check();

        members.rebalanced();
        assertThat(members.isDoubtful()).isTrue();
        members.check();
        assertThat(members.isDoubtful()).isFalse();

        members.noteIdOf(consumer);
        assertThat(members.isDoubtful()).isTrue();
        members.check();
        members.noteIdOf(consumer);
        assertThat(members.isDoubtful()).as("the same id is no news").isFalse();
    }

    @Test
    void storeThatServesManyIsNeverAskedAbout() {
        SoleMember members = PollFixture.alone(fixture);

        assertThatCode(members::checkBeforeJoining).doesNotThrowAnyException();
        assertThatCode(members::check).doesNotThrowAnyException();
        assertThat(members.isDoubtful()).isFalse();
        assertThat(fixture.cluster.looks()).isZero();
    }

    @Test
    void sampleShowsAnotherMemberButNeverThatThereIsNone() {
        SoleMember members = withClientIds("client");
        members.check();
        members.rebalanced();

        members.check(fixture.sampler.notOlderThan(Duration.ZERO).group());
        assertThat(members.isDoubtful())
                .as("it may be older than the rebalance")
                .isTrue();

        SoleMember strangers = withClientIds("mine");
        assertThatThrownBy(() -> strangers.check(
                        fixture.sampler.notOlderThan(Duration.ZERO).group()))
                .isInstanceOf(OtherMemberException.class);
    }
}
