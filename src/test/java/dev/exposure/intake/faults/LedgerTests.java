package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exposure.intake.faults.Entry.Kind;
import dev.exposure.intake.faults.Ledger.Row;
import dev.exposure.intake.faults.Ledger.Sum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The account of the fault suite sees what it is there to see. */
class LedgerTests {

    private final Ledger ledger = new Ledger();
    private final List<Entry> entries = new ArrayList<>();

    @BeforeEach
    void write() {
        IntStream.range(0, 1000).mapToObj(i -> ledger.draw(i % 3)).forEach(entries::add);
        entries.forEach(ledger::written);
    }

    @Test
    void nothingIsAmissWhenAllIsWhereItBelongs() {
        Balance balance = compare();
        balance.assertExact();
        assertThat(balance.written()).isEqualTo(1000);
        assertThat(balance.tests()).isPositive();
        assertThat(balance.deadLetters()).isPositive();
    }

    @Test
    void oneIsLostWhenOneIsNotCounted() {
        entries.remove(first(Kind.COUNTED));
        assertThat(compare().lost()).isEqualTo(1);
    }

    @Test
    void oneIsLostWhenOneIsNotDeadLettered() {
        entries.remove(first(Kind.BAD));
        assertThat(compare().lost()).isEqualTo(1);
    }

    @Test
    void oneIsDuplicatedWhenOneCountsTwice() {
        entries.add(first(Kind.COUNTED));
        Balance balance = compare();
        assertThat(balance.duplicated()).isEqualTo(1);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(balance::assertExact);
    }

    @Test
    void rowIsMisplacedWhenOneIsLostAndItsNeighbourCountsTwice() {
        Entry lost = first(Kind.COUNTED);
        entries.remove(lost);
        entries.add(entries.stream()
                .filter(entry -> entry.kind() == Kind.COUNTED && entry.ad().equals(lost.ad()))
                .findFirst()
                .orElseThrow());
        assertThat(compare().misplaced()).isEqualTo(1);
    }

    @Test
    void oneIsMisplacedWhenATestExposureCounts() {
        Entry test = first(Kind.TEST);
        entries.add(new Entry(test.partition(), test.number(), Kind.COUNTED, test.value()));
        Balance balance = compare();
        assertThat(balance.misplaced() + balance.duplicated()).isEqualTo(1);
    }

    @Test
    void deadLetterIsRepeatedAndNotLostWhenItIsThereTwice() {
        entries.add(first(Kind.BAD));
        Balance balance = compare();
        assertThat(balance.repeatedDeadLetters()).isEqualTo(1);
        balance.assertExact();
    }

    private Entry first(Kind kind) {
        return entries.stream()
                .filter(entry -> entry.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private Balance compare() {
        Map<Row, Sum> counts = new HashMap<>();
        List<byte[]> deadLetters = new ArrayList<>();
        for (Entry entry : entries) {
            switch (entry.kind()) {
                case COUNTED -> counts.merge(new Row(entry.minute(), entry.ad()), new Sum(1, entry.price()), Sum::plus);
                case BAD -> deadLetters.add(entry.value());
                case TEST -> {}
            }
        }
        return ledger.compare(counts, deadLetters);
    }
}
