package dev.exposure.intake.delivery.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectTests {

    @Test
    void dialectIsFoundWhenDatabaseIsSupported() {
        assertThat(Dialect.of("PostgreSQL").vendor()).isEqualTo("postgresql");
        assertThat(Dialect.of("H2").vendor()).isEqualTo("h2");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:file:./data/intake;WRITE_DELAY=0, true",
        "jdbc:h2:./data/intake, true",
        "jdbc:h2:mem:intake, true",
        "jdbc:h2:file:./data/intake;AUTO_SERVER=TRUE, false",
        "jdbc:h2:tcp://db/intake, false",
        "jdbc:h2:ssl://db/intake, false",
        "jdbc:postgresql://db/intake, false",
        "'', false"
    })
    void databaseIsEmbeddedWhenOnlyThisProcessCanUseIt(String url, boolean embedded) {
        assertThat(Dialect.isEmbedded(url)).isEqualTo(embedded);
    }

    @Test
    void messageNamesPropertiesAndDatabasesWhenDatabaseIsNotSupported() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Dialect.of("MariaDB"))
                .withMessage("spring.datasource.url leads to MariaDB, which intake.delivery.type=jdbc can't use;"
                        + " it works with H2 and PostgreSQL");
    }
}
