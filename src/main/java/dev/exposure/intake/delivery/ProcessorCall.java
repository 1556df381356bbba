package dev.exposure.intake.delivery;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.process.DatabaseProcessor;
import dev.exposure.intake.process.ExposureProcessor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.util.ClassUtils;

/**
 * Calls the processor. Tells for each failure whether it is the processor's own or that of the store of its results.
 */
public final class ProcessorCall {

    private static final Logger log = LoggerFactory.getLogger(ProcessorCall.class);

    private final ExposureProcessor processor;
    private final String name;
    private final String home;
    private final Duration limit;
    private final Predicate<Throwable> isOutage;
    private final Outages outages;

    /**
     * Calls this processor.
     *
     * @param limit longest time for a call
     * @param isOutage tells whether an exception is a failure of the store of the results, and not the processor's own
     * @param outages shows a call that takes long
     */
    public ProcessorCall(ExposureProcessor processor, Duration limit, Predicate<Throwable> isOutage, Outages outages) {
        this.outages = outages;
        this.processor = processor;
        this.isOutage = isOutage;
        String type = ClassUtils.getUserClass(processor).getName();
        this.name = type.replaceFirst("\\$\\$.*", ""); // of a lambda: the class that holds it
        this.home = ClassUtils.getPackageName(name);
        this.limit = limit;
    }

    /**
     * Processes the exposures in the current transaction.
     *
     * @param transaction database transaction, or null for none
     * @throws ProcessorException when the processor failed
     * @throws RuntimeException as thrown, when the store of the results failed
     */
    public void process(List<Exposure> exposures, @Nullable TransactionStatus transaction) {
        if (processor instanceof DatabaseProcessor) {
            call(exposures, transaction);
            return;
        }
        outages.waiting(Outage.Stage.PROCESSOR, () -> {
            call(exposures, transaction);
            return Boolean.TRUE;
        });
    }

    private void call(List<Exposure> exposures, @Nullable TransactionStatus transaction) {
        long begin = System.nanoTime();
        try {
            processor.process(exposures);
            if (transaction != null) {
                transaction.flush(); // JPA writes now, not at the commit, so its failure counts as the processor's
            }
        } catch (VirtualMachineError error) {
            throw error;
        } catch (Throwable thrown) {
            throw failure(thrown);
        } finally {
            // The embedded database would lose its file if this thread stayed interrupted. Only the processor can have
            // interrupted it: consumers are stopped by a wakeup.
            if (Thread.interrupted()) {
                log.debug("{} left its thread interrupted", name);
            }
        }
        if (transaction != null && transaction.isRollbackOnly()) {
            throw new ProcessorException(name + " marked the transaction for rollback, but threw nothing", null);
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        if (taken.compareTo(limit) > 0) {
            throw new ProcessorException(
                    name + " took " + taken.toMillis() + " ms, longer than intake.processor.timeout allows ("
                            + limit.toMillis() + " ms)",
                    null);
        }
    }

    /** Failure of the processor if, after its call, the server refuses the transaction because a statement failed. */
    public ProcessorException leftAborted(RuntimeException refusal) {
        return new ProcessorException(
                name + " went on after a statement that failed, and left a transaction that can't be committed",
                refusal);
    }

    private RuntimeException failure(Throwable thrown) {
        log.debug("{} failed", name, thrown);
        if (isOutage.test(thrown)) {
            return thrown instanceof RuntimeException unchecked
                    ? unchecked
                    : new DataAccessResourceFailureException("The database failed while " + name + " used it", thrown);
        }
        return new ProcessorException(name + " threw " + kind(thrown) + place(thrown), thrown);
    }

    /** What was thrown, without its message. */
    private static String kind(Throwable thrown) {
        String type = thrown.getClass().getName();
        String shown = type.substring(type.lastIndexOf('.') + 1);
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 50; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return shown + FailureText.sqlState(sql);
            }
            depth++;
        }
        return shown;
    }

    /**
     * The innermost place in the processor's own package, or else where it was thrown. Empty without a stack trace: the JVM
     * omits it from an exception that is thrown again and again.
     */
    private String place(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        if (trace.length == 0) {
            return "";
        }
        StackTraceElement shown = trace[0];
        for (StackTraceElement frame : trace) {
            if (ClassUtils.getPackageName(frame.getClassName()).startsWith(home)) {
                shown = frame;
                break;
            }
        }
        return " at " + shown.getClassName() + "." + shown.getMethodName() + "(" + shown.getFileName() + ":"
                + shown.getLineNumber() + ")";
    }
}
