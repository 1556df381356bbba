package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.Ledger;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.delivery.PositionRule;
import dev.exposure.intake.delivery.ProcessorCall;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.CountSums;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionAccount;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Passage;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.process.ExposureProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;

/**
 * Delivers in a transaction of the application's database, H2 or PostgreSQL. Positions, ids of processed exposures (if a
 * window is set) and what the processor writes change together. So records of a former owner, of a retry after a lost
 * commit answer or of a replay are not processed again. Every writer locks rows in this order: positions, ids, the
 * processor's rows, each sorted.
 */
final class JdbcDelivery implements Delivery, AutoCloseable {

    private static final Duration READ_LIMIT = Duration.ofSeconds(5);

    private final JdbcTemplate jdbc;
    private final Transactions reads;
    private final ProcessorCall processor;
    private final PositionTransactions transactions;
    private final Duration limit;
    private final PositionTable positions;
    private final AccountTable accounts;
    private final KnownPositions known = new KnownPositions();
    private final @Nullable CountedExposureTable ids;
    private final List<Purge> purges = new ArrayList<>();
    private final Migrations migrations;
    private final ConnectionPool pool;
    private final FoundDialect dialect;
    private volatile boolean prepared;

    /**
     * Delivery of one consumer group.
     *
     * @param manager transaction manager of the data source
     * @param window minimum time that an exposure id is remembered; zero for none
     * @param retention age from which counts are removed; zero for never
     * @param limit of a transaction; with 5 s for a connection, a delivery ends within about twice this limit whatever
     *     happens
     * @param outages shows a processor that takes long
     */
    JdbcDelivery(
            DataSource dataSource,
            PlatformTransactionManager manager,
            ExposureProcessor processor,
            String consumerGroup,
            Migrations migrations,
            Duration window,
            Duration retention,
            Duration limit,
            Outages outages) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.reads = new Transactions(dataSource, jdbc, manager, READ_LIMIT);
        this.pool = new ConnectionPool(dataSource);
        this.dialect = new FoundDialect(pool, reads, jdbc);
        this.processor = new ProcessorCall(processor, limit, DatabaseFailures::isOutage, outages);
        this.positions = new PositionTable(consumerGroup);
        this.accounts = new AccountTable(dataSource, jdbc, manager, consumerGroup);
        this.migrations = migrations;
        this.limit = limit;
        this.transactions = new PositionTransactions(
                jdbc, new Transactions(dataSource, jdbc, manager, limit), positions, known, dialect::get);
        CountedExposureTable table = window.isZero() ? null : new CountedExposureTable(consumerGroup);
        this.ids = table;
        if (table != null) {
            purges.add(
                    new Purge("exposure ids", max -> remove(spoken -> table.purge(jdbc, spoken, window, max)), window));
        }
        if (!retention.isZero()) {
            purges.add(new Purge("counts", max -> removeCounts(retention, max), retention));
        }
    }

    @Override
    public String type() {
        return "jdbc";
    }

    @Override
    public boolean servesOneInstance() {
        return dialect.get() == Dialect.H2 && Dialect.isEmbedded(pool.url());
    }

    @Override
    public boolean hasResults() {
        return read(status -> Boolean.TRUE.equals(
                jdbc.queryForObject("SELECT EXISTS (SELECT 1 FROM exposure_count)", Boolean.class)));
    }

    @Override
    public void prepare() {
        migrations.run(dialect.get());
        if (dialect.get() == Dialect.POSTGRESQL) {
            pool.replaceConnections(); // migrations left named statements, unknown to a pooler's other sessions
        }
        prepared = true;
        purges.forEach(Purge::start);
    }

    @Override
    public void requireSoleGroup(String clusterId, Collection<String> topics) {
        read(status -> {
            positions.requireSoleGroup(jdbc, clusterId, topics);
            return true;
        });
    }

    @Override
    public DeliveryResult deliver(List<PartitionRecords<Exposure>> poll) {
        if (poll.isEmpty()) {
            return new DeliveryResult(0, 0, 0, Set.of());
        }
        SortedMap<PartitionId, LogId> logs = new TreeMap<>();
        poll.forEach(records -> logs.put(records.partition(), records.log()));
        return write(logs, (stored, status) -> deliver(poll, stored, status));
    }

    private PositionTransactions.Outcome<DeliveryResult> deliver(
            List<PartitionRecords<Exposure>> poll, Map<PartitionId, Position> stored, TransactionStatus status) {
        Ledger ledger = new Ledger(stored, ids != null);
        poll.forEach(ledger::enter);
        if (ids != null) {
            ledger.admit(ids.add(jdbc, dialect.get(), ledger.ids()));
        }
        if (ledger.accepted().isEmpty()) {
            positions.store(jdbc, ledger.passages(), stored);
        } else {
            processor.process(ledger.accepted(), status);
            try {
                positions.store(jdbc, ledger.passages(), stored);
            } catch (RuntimeException ex) {
                throw DatabaseFailures.isAborted(ex) ? processor.leftAborted(ex) : ex;
            }
        }
        return new PositionTransactions.Outcome<>(ledger.result(), ledger.passages());
    }

    @Override
    public void store(Collection<PositionChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        SortedMap<PartitionId, LogId> logs = new TreeMap<>();
        changes.forEach(change -> logs.put(change.partition(), change.position().log()));
        Set<PartitionId> before = write(logs, (stored, status) -> {
            SortedMap<PartitionId, Passage> moved = new TreeMap<>();
            for (PositionChange change : changes) {
                Position old = stored.get(change.partition());
                if (PositionRule.changed(change, old) != null) {
                    moved.put(change.partition(), change.passage(old));
                }
            }
            positions.store(jdbc, moved, stored);
            return new PositionTransactions.Outcome<>(stored.keySet(), moved);
        });
        changes.stream()
                .filter(change -> !before.contains(change.partition()))
                .forEach(change -> known.started(change.partition(), change.position()));
    }

    private <T> T write(SortedMap<PartitionId, LogId> logs, PositionTransactions.Work<T> work) {
        Supplier<T> write = () -> transactions.write(logs, work);
        return pool.watch(() -> servesOneInstance() ? EmbeddedTurns.write(write, limit) : write.get());
    }

    @Override
    public Map<PartitionId, Position> positions(String clusterId, Collection<PartitionId> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        Map<PartitionId, Position> stored = read(status -> positions.read(jdbc, clusterId, partitions));
        known.read(partitions, stored);
        return stored;
    }

    @Override
    public void forget(Collection<PartitionId> partitions) {
        known.forget(partitions);
    }

    @Override
    public @Nullable List<PartitionAccount> accounts() {
        return prepared ? read(status -> accounts.accounts()) : null;
    }

    @Override
    public CountSums sumCounts() {
        return pool.watch(accounts::sums);
    }

    @Override
    public void close() {
        purges.forEach(Purge::close);
    }

    private int remove(ToIntFunction<Dialect> removal) {
        Dialect spoken = dialect.get();
        return read(status -> {
            spoken.begin(jdbc, reads.silence());
            return removal.applyAsInt(spoken);
        });
    }

    /** Takes its turn, because late exposures may be counted into rows that are being removed. */
    private int removeCounts(Duration retention, int max) {
        Supplier<Integer> removal = () -> remove(spoken -> accounts.removeCounts(spoken, retention.toMillis(), max));
        return servesOneInstance() ? EmbeddedTurns.write(removal, READ_LIMIT) : removal.get();
    }

    private <T> T read(Function<TransactionStatus, T> work) {
        return pool.watch(() -> reads.execute(work));
    }
}
