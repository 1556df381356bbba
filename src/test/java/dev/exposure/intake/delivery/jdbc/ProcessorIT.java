package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.exposure;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.delivery.jdbc.Slices.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.ProcessorException;
import dev.exposure.intake.process.ExposureProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A team's own processor: what it is given, what joins its transaction, and what becomes of whatever it throws. */
@ParameterizedClass
@EnumSource(Database.class)
class ProcessorIT {

    @Parameter
    Database kind;

    @TempDir
    Path folder;

    private DatabaseFixture database;
    private JdbcTemplate teams;

    @BeforeEach
    void open() {
        database = new DatabaseFixture(kind.newUrl(folder));
        database.sink().prepare();
        teams = new JdbcTemplate(database.dataSource());
        teams.execute("CREATE TABLE bill (exposure_id varchar(100) PRIMARY KEY)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void processorGetsOnlyNewExposuresInOneCallAndItsWritesAreStoredWithThePositions() {
        List<List<String>> calls = new ArrayList<>();
        JdbcDelivery sink = database.sink(exposures -> {
            calls.add(exposures.stream().map(Exposure::exposureId).toList());
            bill(exposures);
        });

        sink.deliver(List.of(slice(3, 1, exposure("a", 0), test(1, 1), exposure("b", 2)), slice(partition(1), 5, 1)));
        DeliveryResult again = sink.deliver(
                List.of(slice(4, 1, exposure("b", 2), exposure("c", 3)), slice(partition(1), 6, 1, exposure("d", 5))));
        sink.deliver(List.of(slice(4, 1, exposure("c", 3))));
        sink.deliver(List.of(slice(5, 1, test(4, 1))));

        assertThat(again).isEqualTo(new DeliveryResult(2, 1, 0, Set.of()));
        assertThat(calls).containsExactly(List.of("a", "b"), List.of("c", "d"));
        assertThat(billed()).containsExactly("a", "b", "c", "d");
    }

    /** What a processor may throw; all but the first two undeclared by what calls it. */
    static Stream<Throwable> throwables() {
        return Stream.of(
                new IllegalStateException("user-4711"),
                new IOException("user-4711"),
                new SQLException("user-4711", "23514"),
                new AssertionError("user-4711"),
                new NoClassDefFoundError("user-4711"),
                new ExceptionInInitializerError("user-4711"),
                new InterruptedException("user-4711"),
                new Throwable("user-4711"));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void nothingIsStoredAndTheProcessorNamedWithoutTheMessageWhateverItThrows(Throwable thrown) {
        JdbcDelivery sink = database.sink(exposures -> {
            bill(exposures);
            sneak(thrown);
        });

        assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                .isInstanceOf(ProcessorException.class)
                .hasCause(thrown)
                .hasMessageStartingWith("dev.exposure.intake.delivery.jdbc.ProcessorIT threw "
                        + thrown.getClass().getSimpleName())
                .hasMessageContaining(" at dev.exposure.intake.delivery.jdbc.ProcessorIT.throwables(ProcessorIT.java:")
                .message()
                .doesNotContain("user-4711");

        assertThat(billed()).isEmpty();
        assertThat(database.position(P0)).isNull();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void errorOfTheJvmIsNotTakenForTheProcessors() {
        JdbcDelivery sink = database.sink(exposures -> {
            throw new OutOfMemoryError("not really");
        });

        assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(database.position(P0)).isNull();
    }

    @Test
    void processorFailsWhenItChangesTheList() {
        JdbcDelivery sink = database.sink(List::clear);

        assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                .isInstanceOf(ProcessorException.class)
                .hasMessageContaining("UnsupportedOperationException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "53300", "57P01", "58030", "25006", "28P01", "3D000"})
    void failureIsTheDatabasesWhenItsStateSaysSo(String state) {
        JdbcDelivery sink = database.sink(exposures -> {
            throw new IOException("wrapped", new SQLException("away", state));
        });

        assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                .isNotInstanceOf(ProcessorException.class)
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void transactionIsRepeatedWhenItsWriterMeetsAnother() {
        AtomicInteger calls = new AtomicInteger();
        JdbcDelivery sink = database.sink(exposures -> {
            bill(exposures);
            if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("wrapped", new CannotAcquireLockException("deadlock"));
            }
        });

        assertThat(sink.deliver(List.of(slice(1, 1, exposure("a", 0)))).processed())
                .isEqualTo(1);
        assertThat(calls).hasValue(3);
        assertThat(billed()).containsExactly("a");
    }

    @Test
    void failureIsTheProcessorsWhenAConflictOfItsOwnDoesNotGoAway() {
        teams.update("INSERT INTO bill VALUES ('a')");
        JdbcDelivery sink = database.sink(this::bill);

        assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                .isInstanceOf(ProcessorException.class)
                .hasMessageContaining("DuplicateKeyException (SQL state 23505)");
    }

    @Test
    void nothingIsTakenForStoredWhenTheProcessorMarksTheTransactionForRollback() {
        TransactionTemplate inner = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        JdbcDelivery sink = database.sink(exposures -> inner.executeWithoutResult(status -> status.setRollbackOnly()));

        assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                .isInstanceOf(ProcessorException.class)
                .hasMessageContaining("marked the transaction for rollback");
        assertThat(database.position(P0)).isNull();
    }

    @Test
    void processorIsNamedWhenItGoesOnAfterAStatementThatFailed() {
        JdbcDelivery sink = database.sink(exposures -> {
            try {
                teams.update("INSERT INTO bill VALUES (NULL)");
            } catch (RuntimeException ex) {
                assertThat(ex).isNotNull(); // swallowed, which PostgreSQL does not forgive
            }
        });

        if (kind == Database.H2) {
            assertThat(sink.deliver(List.of(slice(1, 1, exposure("a", 0)))).processed())
                    .isEqualTo(1);
        } else {
            assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                    .isInstanceOf(ProcessorException.class)
                    .hasMessageContaining("went on after a statement that failed");
        }
    }

    @Test
    void databaseStaysUsableWhenTheProcessorLeavesItsThreadInterrupted() {
        JdbcDelivery sink = database.sink(exposures -> {
            bill(exposures);
            Thread.currentThread().interrupt();
        });

        for (int i = 0; i < 3; i++) {
            sink.deliver(List.of(slice(i + 1, 1, exposure("id-" + i, i))));
        }

        assertThat(billed()).hasSize(3);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void callIsRolledBackWhenItTakesLongerThanItMay() {
        JdbcDelivery sink = database.sink(
                database.dataSource(),
                DatabaseFixture.GROUP,
                exposures -> {
                    bill(exposures);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_100));
                },
                Duration.ZERO,
                Duration.ofSeconds(1));

        assertThatThrownBy(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))))
                .isInstanceOf(ProcessorException.class)
                .hasMessageContaining("longer than intake.processor.timeout allows (1000 ms)");
        assertThat(billed()).isEmpty();
    }

    @Test
    void proxyIsNamedByTheClassBehindIt() {
        ExposureProcessor named = new Billing();

        assertThatThrownBy(() -> database.sink(named).deliver(List.of(range(P0, 0, 1, 1))))
                .hasMessageStartingWith(Billing.class.getName() + " threw UnsupportedOperationException at "
                        + Billing.class.getName() + ".process(ProcessorIT.java:");
    }

    /** A processor with a name. */
    static final class Billing implements ExposureProcessor {

        @Override
        public void process(List<Exposure> exposures) {
            throw new UnsupportedOperationException();
        }
    }

    private void bill(List<Exposure> exposures) {
        exposures.forEach(exposure -> teams.update("INSERT INTO bill VALUES (?)", exposure.exposureId()));
    }

    private List<String> billed() {
        return teams.queryForList("SELECT exposure_id FROM bill ORDER BY exposure_id", String.class);
    }

    /** As Kotlin and Lombok do: throws what no signature declares. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
