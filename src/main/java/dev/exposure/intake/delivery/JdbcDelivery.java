package dev.exposure.intake.delivery;

import dev.exposure.intake.count.CountTable;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts into a database, H2 or PostgreSQL. Counts and positions change in one transaction, so that a zombie, a retry
 * after a lost commit answer, or a replay counts nothing twice; and with them, where a window is given, the ids of what was
 * counted, so that an exposure written to Kafka twice isn't either. Rows are locked in this order by every writer:
 * positions, ids, counts, each sorted.
 */
final class JdbcDelivery implements Delivery, AutoCloseable {

    /** Limit of a transaction; with 5 s for a connection, a write ends within about 30 s whatever happens. */
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(12);

    private static final Duration READ_LIMIT = Duration.ofSeconds(5);

    /**
     * Turns of this process's writers to embedded databases. H2 has added to a row twice, once in some hundred thousand
     * transactions, when several wrote the same rows at once and one of them had to start over.
     */
    private static final ReentrantLock EMBEDDED = new ReentrantLock(true);

    /** How much longer an answer is awaited than the server has for it: time to cancel. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final JdbcTemplate reader;
    private final JdbcTemplate writer;
    private final TransactionTemplate transaction;
    private final Duration writeLimit;
    private final RetryTemplate repeat;
    private final PositionTable positions;
    private final @Nullable CountedExposureTable ids;
    private final @Nullable IdPurge purge;
    private final Migrations migrations;
    private final String url;
    private volatile @Nullable Dialect dialect;

    /**
     * Sink for one consumer group.
     *
     * @param url where the data source leads, with its options
     * @param window how long an exposure id is remembered, at least; zero for not at all
     */
    JdbcDelivery(DataSource dataSource, String url, String consumerGroup, Migrations migrations, Duration window) {
        this(dataSource, url, consumerGroup, migrations, window, WRITE_LIMIT);
    }

    JdbcDelivery(
            DataSource dataSource,
            String url,
            String consumerGroup,
            Migrations migrations,
            Duration window,
            Duration writeLimit) {
        this.url = url;
        DataSource forReading = new BoundedDataSource(dataSource, READ_LIMIT.plus(GRACE));
        DataSource forWriting = new BoundedDataSource(dataSource, writeLimit.plus(GRACE));
        this.reader = new JdbcTemplate(forReading);
        this.reader.setQueryTimeout((int) READ_LIMIT.toSeconds());
        this.writer = new JdbcTemplate(forWriting);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(forWriting));
        this.transaction.setTimeout((int) writeLimit.toSeconds());
        this.writeLimit = writeLimit;
        this.repeat = new RetryTemplate(RetryPolicy.builder()
                .includes(ConcurrencyFailureException.class, DuplicateKeyException.class)
                .maxRetries(6)
                .delay(Duration.ofMillis(10))
                .jitter(Duration.ofMillis(10))
                .multiplier(2)
                .timeout(writeLimit)
                .build());
        this.positions = new PositionTable(consumerGroup);
        this.migrations = migrations;
        if (window.isZero()) {
            this.ids = null;
            this.purge = null;
        } else {
            CountedExposureTable table = new CountedExposureTable(consumerGroup);
            this.ids = table;
            this.purge = new IdPurge(limit -> table.purge(reader, dialect(), window, limit), window);
        }
    }

    @Override
    public String type() {
        return "jdbc";
    }

    @Override
    public boolean servesOneInstance() {
        return dialect() == Dialect.H2 && Dialect.isEmbedded(url);
    }

    @Override
    public boolean hasCounts() {
        return Boolean.TRUE.equals(
                reader.queryForObject("SELECT EXISTS (SELECT 1 FROM exposure_count)", Boolean.class));
    }

    @Override
    public void prepare() {
        migrations.run(dialect());
        if (purge != null) {
            purge.start();
        }
    }

    @Override
    public DeliveryResult write(List<Slice> slices) {
        if (slices.isEmpty()) {
            return new DeliveryResult(0, 0, 0, Set.of());
        }
        return servesOneInstance() ? writeInTurn(slices) : writeNow(slices);
    }

    private DeliveryResult writeInTurn(List<Slice> slices) {
        try {
            if (!EMBEDDED.tryLock(writeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CannotAcquireLockException("Another writer has the embedded database for over " + writeLimit);
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new CannotAcquireLockException("Interrupted while another writer has the embedded database", ex);
        }
        try {
            return writeNow(slices);
        } finally {
            EMBEDDED.unlock();
        }
    }

    private DeliveryResult writeNow(List<Slice> slices) {
        Dialect spoken = dialect();
        // Two writers can insert the same new row at once: the one that loses starts over and finds the other's.
        return repeat.invoke(() -> transaction.execute(status -> writeOnce(slices, spoken)));
    }

    private DeliveryResult writeOnce(List<Slice> slices, Dialect spoken) {
        SortedSet<PartitionId> partitions =
                slices.stream().map(Slice::partition).collect(Collectors.toCollection(TreeSet::new));
        spoken.limitSilence(writer, writeLimit); // the limit above needs a client that is alive
        Map<PartitionId, Position> stored = positions.lock(writer, partitions);
        Ledger ledger = new Ledger(stored, ids != null);
        slices.forEach(ledger::enter);
        if (ids != null) {
            ledger.admit(ids.add(writer, spoken, ledger.ids()));
        }
        CountTable.add(writer, spoken, ledger.counts());
        positions.store(writer, ledger.moved(), stored.keySet());
        return ledger.result();
    }

    @Override
    public Map<PartitionId, Position> positions(Collection<PartitionId> partitions) {
        return partitions.isEmpty() ? Map.of() : positions.read(reader, partitions);
    }

    @Override
    public void close() {
        if (purge != null) {
            purge.close();
        }
    }

    /** Asks the database what it is when first needed: it may be down when the application starts. */
    private Dialect dialect() {
        Dialect known = dialect;
        if (known == null) {
            ConnectionCallback<String> product =
                    connection -> connection.getMetaData().getDatabaseProductName();
            known = Dialect.of(reader.execute(product));
            dialect = known;
        }
        return known;
    }
}
