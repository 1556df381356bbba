package dev.exposure.intake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class DialectTests {

    @Test
    void dialectIsFoundWhenDatabaseIsSupported() {
        assertThat(Dialect.of("PostgreSQL").vendor()).isEqualTo("postgresql");
        assertThat(Dialect.of("H2").vendor()).isEqualTo("h2");
    }

    @Test
    void messageNamesPropertiesAndDatabasesWhenDatabaseIsNotSupported() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Dialect.of("MariaDB"))
                .withMessage("spring.datasource.url leads to MariaDB, which intake.sink.type=jdbc can't use;"
                        + " it works with H2 and PostgreSQL");
    }
}
