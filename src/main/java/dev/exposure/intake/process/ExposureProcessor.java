package dev.exposure.intake.process;

import dev.exposure.intake.decode.Exposure;
import java.util.List;

/**
 * Processes the exposures that are read. By default they are counted; a team that wants something else provides one
 * bean of this type, anywhere in its application:
 *
 * <pre>{@code
 * @Component
 * class BillingProcessor implements ExposureProcessor {
 *
 *     private final JdbcTemplate jdbc;
 *
 *     BillingProcessor(JdbcTemplate jdbc) {
 *         this.jdbc = jdbc;
 *     }
 *
 *     public void process(List<Exposure> exposures) {
 *         jdbc.batchUpdate("INSERT INTO bill ...", ...);
 *     }
 * }
 * }</pre>
 *
 * <p><b>Exactly once.</b> The call is made inside a database transaction of the application, which also stores how far
 * each partition has been processed. Whatever the processor writes through the application's {@code DataSource}, by
 * {@code JdbcTemplate}, {@code JdbcClient}, JPA, jOOQ or {@code DataSourceUtils}, belongs to that transaction without
 * any code: it is committed together with the positions or not at all. So no exposure is lost, and none is processed
 * twice, when a process is killed, a partition changes its owner, or a commit's answer is lost. The transaction is the
 * caller's: the processor must not commit it or roll it back, and must not write on other threads or in a new
 * transaction.
 *
 * <p><b>At least once.</b> What the processor does elsewhere (an HTTP call, Redis, another database) is outside of that
 * transaction. The same exposures may come again, in the same call or split otherwise, when the transaction is repeated
 * after a conflict with another writer, or when it fails after the call. Use {@link Exposure#exposureId()} there to
 * recognize what was done before.
 *
 * <p><b>What comes.</b> Exposures of one poll that have not been processed before: nothing that was read twice, no test
 * exposures, and, where {@code intake.dedupe.window} is set, no id that came before within that window. Exposures of
 * one partition come in the order in which they were written.
 *
 * <p><b>Time.</b> The transaction has a limit, {@code intake.processor.timeout}; a call that takes longer is rolled
 * back and comes again. While it runs, the same consumer thread reads no records, and the rows that it has written are
 * locked.
 */
@FunctionalInterface
public interface ExposureProcessor {

    /**
     * Processes exposures. Called by several consumer threads at once, each with exposures of its own partitions.
     *
     * @param exposures at least one; can't be modified; must not be kept after the call
     * @throws Exception any exception or error means "not now": the transaction is rolled back, the failure is reported
     *     once as an outage of the processor (with the exception's class and place, not its message, which might hold
     *     data), and the exposures come again after a pause, without limit
     */
    void process(List<Exposure> exposures) throws Exception;
}
