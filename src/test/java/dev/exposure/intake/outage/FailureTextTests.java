package dev.exposure.intake.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.TransactionSystemException;

/** What failed is said in one line that never shows a row's values or a record's content. */
class FailureTextTests {

    private static final String ROW = "Key (ad_id)=(secret-ad) already exists, user secret-user";

    @ParameterizedTest
    @MethodSource("quotingFailures")
    void messageWhenItMayQuoteARowOrRecordIsLeftOut(Throwable failure, String shown) {
        assertThat(FailureText.of(failure)).isEqualTo(shown).doesNotContain("secret");
    }

    private static Stream<Object[]> quotingFailures() {
        SQLException duplicate = new PSQLException(ROW, PSQLState.UNIQUE_VIOLATION);
        SQLException tooLong = new SQLException("Value too long: 'secret'", "22001", 1);
        return Stream.of(
                new Object[] {duplicate, "PSQLException (SQL state 23505)"},
                new Object[] {new DuplicateKeyException(ROW, duplicate), "PSQLException (SQL state 23505)"},
                new Object[] {
                    new IllegalStateException(ROW, new RuntimeException(ROW, tooLong)), "SQLException (SQL state 22001)"
                },
                new Object[] {
                    new DuplicateKeyException(ROW, new BatchUpdateException(ROW, "23505", new int[0], duplicate)),
                    "PSQLException (SQL state 23505)"
                },
                new Object[] {
                    new SQLException(ROW),
                    "SQLException (without an SQL state: the driver or the pool has thrown it, not the database)"
                },
                new Object[] {new SQLException(ROW, "9"), "SQLException (SQL state 9)"},
                new Object[] {new IllegalArgumentException("can't parse 'secret'"), "IllegalArgumentException"},
                new Object[] {
                    new IllegalStateException("secret", new IllegalArgumentException("secret")), "IllegalStateException"
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "25006", "28P01", "3D000", "42501", "53300", "57P01", "58030", "90098"})
    void messageWhenTheDatabaseSpeaksOfItsServerIsShown(String state) {
        SQLException failure = new SQLException("the server is away", state);

        assertThat(FailureText.of(new DataAccessResourceFailureException("secret SQL", failure)))
                .startsWith("SQLException: the server is away");
    }

    @Test
    void messageOfTheDatabaseIsItsFirstLineWithWhatToCheck() {
        SQLException failure = new SQLException(
                "ERROR: permission denied for schema public\n  Detail: secret\n  Position: 28", "42501");

        assertThat(FailureText.of(failure))
                .isEqualTo("SQLException: ERROR: permission denied for schema public;"
                        + " grant this user what the tables need (docs/operations.md)");
    }

    @Test
    void messageOfFlywayIsShownUnlessTheDatabaseSaidMore() {
        FlywayException validation = new FlywayException(
                "Validate failed: Migrations have failed validation\nDetected applied migration not resolved locally: 7.");
        assertThat(FailureText.of(new IllegalStateException(validation)))
                .isEqualTo("FlywayException: Validate failed: Migrations have failed validation"
                        + " Detected applied migration not resolved locally: 7.");

        SQLException denied = new SQLException("ERROR: permission denied for schema public", "42501");
        assertThat(FailureText.of(new FlywayException("secret SQL", denied)))
                .startsWith("SQLException: ERROR: permission denied for schema public");
    }

    @Test
    void messageThatQuotesATokenIsShownWithoutIt() {
        assertThat(FailureText.of(new SaslAuthenticationException("token eyJhbGci.secret-x refused")))
                .startsWith("SaslAuthenticationException: token ... refused;");
    }

    @Test
    void messageWhenThePoolHasNoConnectionIsShown() {
        SQLException refused = new SQLException("Connection to db:5432 refused", "08001");
        SQLException pool = new SQLTransientConnectionException("pool - Connection is not available", refused);

        assertThat(FailureText.of(new CannotGetJdbcConnectionException("Failed to obtain JDBC Connection", pool)))
                .isEqualTo("SQLTransientConnectionException: pool - Connection is not available"
                        + " (SQLException: Connection to db:5432 refused)");
    }

    @Test
    void messageWhenTheRollbackFailsTooIsThatOfWhatFailedFirst() {
        TransactionSystemException rollback =
                new TransactionSystemException("JDBC rollback failed", new SQLException("Connection is closed"));
        rollback.initApplicationException(new DataAccessResourceFailureException(
                "secret SQL", new SQLException("FATAL: terminating connection", "57P01")));

        assertThat(FailureText.of(rollback)).isEqualTo("SQLException: FATAL: terminating connection");
    }

    @Test
    void messageWhenTheNetworkFailsIsShown() {
        assertThat(FailureText.of(new RuntimeException("secret", new ConnectException("Connection refused"))))
                .isEqualTo("ConnectException: Connection refused");
    }

    @Test
    void messageWhenKafkaTimesOutIsShown() {
        assertThat(FailureText.of(
                        new TimeoutException("Topic ad-exposure.dlt not present in metadata after 10000 ms.")))
                .isEqualTo("TimeoutException: Topic ad-exposure.dlt not present in metadata after 10000 ms.");
    }

    @Test
    void messageWhenKafkaWrapsKafkaIsThatOfTheWrapperAndOfTheCause() {
        Throwable missing = new TimeoutException(
                "Topic ads.dlt not present in metadata after 10000 ms.",
                new UnknownTopicOrPartitionException("This server does not host this topic-partition."));

        assertThat(FailureText.of(new IllegalStateException("secret", missing)))
                .isEqualTo("TimeoutException: Topic ads.dlt not present in metadata after 10000 ms."
                        + " (UnknownTopicOrPartitionException: This server does not host this topic-partition.)");
    }

    @Test
    void messageWhenKafkaWrapsKafkaSeveralTimesIsThatOfTheOutermostAndTheInnermost() {
        Throwable failure = new KafkaException(
                "outer",
                new KafkaException("between", new SaslAuthenticationException("Invalid username or password")));

        assertThat(FailureText.of(failure))
                .isEqualTo(
                        "KafkaException: outer (SaslAuthenticationException: Invalid username or password); check user,"
                                + " password and mechanism (spring.kafka.properties: sasl.jaas.config, sasl.mechanism)");
    }

    @Test
    void messageWhenThePoolWaitsInVainSaysWhatTheDatabaseSaid() {
        SQLException answer = new SQLException("password authentication failed", "28P01");

        assertThat(FailureText.of(new SQLTransientConnectionException("timed out", "08001", answer)))
                .isEqualTo("SQLTransientConnectionException: timed out (SQLException: password authentication failed);"
                        + " check spring.datasource.username and password");
    }

    @Test
    void messageWhenATlsHandshakeFailsSaysWhatTlsSays() {
        SSLHandshakeException cause = new SSLHandshakeException("Received fatal alert: certificate_expired");

        assertThat(FailureText.of(new SslAuthenticationException("SSL handshake failed", cause)))
                .startsWith(
                        "SslAuthenticationException: SSL handshake failed: Received fatal alert: certificate_expired;")
                .contains("spring.ssl.bundle");
    }

    /** It is shown within the state of kafka, which can't send its reader to itself. */
    @Test
    void messageWhenItIsNotKnownHowTheBrokersRefuseNamesAllThatMayBeWrong() {
        assertThat(FailureText.of(new AuthenticationException("not accepted")))
                .isEqualTo("AuthenticationException: not accepted; check user, password and mechanism"
                        + " (spring.kafka.properties: sasl.jaas.config, sasl.mechanism); with TLS, the certificates on both"
                        + " sides: trusted, not expired, for this host (spring.ssl.bundle.*, spring.kafka.ssl.*)");
    }

    @Test
    void messageWhenWrittenOverSeveralLinesIsOneLine() {
        assertThat(FailureText.of(new TimeoutException("\nfirst \n\t second\r\nthird\n")))
                .isEqualTo("TimeoutException: first second third");
    }

    @Test
    void messageWhenThereIsNoneGivesTheNameOnly() {
        assertThat(FailureText.of(new TimeoutException())).isEqualTo("TimeoutException");
    }
}
