package dev.exposure.intake.connect;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.exposure.intake.outage.Outages;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.springframework.beans.factory.DisposableBean;

/**
 * Drops the log lines with stack traces that the container and the client write for each refused login, and for a static member
 * that another consumer has replaced: {@link Outages} logs it once. Log levels can't do this, because the same loggers tell why a
 * consumer dies.
 */
public final class RefusedLoginFilter extends TurboFilter implements DisposableBean {

    private final @Nullable LoggerContext logs;

    public RefusedLoginFilter() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        logs = factory instanceof LoggerContext logback ? logback : null;
        if (logs != null) {
            start();
            logs.addTurboFilter(this);
        }
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        return isToldElsewhere(thrown) && isKafka(logger.getName()) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private static boolean isToldElsewhere(@Nullable Throwable thrown) {
        return thrown instanceof AuthenticationException
                || thrown instanceof AuthorizationException
                || thrown instanceof FencedInstanceIdException;
    }

    private static boolean isKafka(String logger) {
        return logger.startsWith("org.apache.kafka.") || logger.startsWith("org.springframework.kafka.");
    }

    @Override
    public void destroy() {
        if (logs != null) {
            logs.getTurboFilterList().remove(this);
        }
    }
}
