package dev.exposure.intake.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are read as exactly as {@link BigDecimal} reads them. */
class DecimalTests {

    private static final int CASES = 300_000;

    private final Decimal decimal = new Decimal();

    @Test
    void readWhenRandomNumberAgreesWithBigDecimal() {
        Random random = new Random(11);
        for (int i = 0; i < CASES; i++) {
            String text = number(random);
            assertThat(read(text)).as(text).isTrue();
            BigDecimal expected = new BigDecimal(text);
            BigDecimal absolute = expected.abs();
            int power = random.nextInt(7) - 3;
            BigInteger cut = absolute.scaleByPowerOfTen(power)
                    .setScale(0, RoundingMode.DOWN)
                    .toBigInteger();
            boolean fits = cut.bitLength() < Long.SIZE;
            if (decimal.truncated(power) != (fits ? cut.longValueExact() : Decimal.OVERFLOW)
                    || decimal.isNegative() != expected.signum() < 0
                    || decimal.isInteger() != (expected.stripTrailingZeros().scale() <= 0)
                    || decimal.isBelowTenTo(11) != absolute.compareTo(BigDecimal.TEN.pow(11)) < 0) {
                throw new AssertionError(text + " times ten to " + power);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", "+1", "01", "-01", "00", ".5", "1.", "1.e1", "1e", "1e+", "1e-", "1e1.5", "1 ", " 1", "1.1.1",
                "--1", "1-", "0x1", "1f", "e1", "1e5e5", "NaN", "\u0661"
            })
    void readWhenNoNumberIsFalse(String text) {
        assertThat(read(text)).isFalse();
    }

    @Test
    void truncatedWhenExponentIsHugeIsZeroOrOverflow() {
        String digits = "9".repeat(30);
        assertThat(read("1e" + digits)).isTrue();
        assertThat(decimal.truncated(3)).isEqualTo(Decimal.OVERFLOW);
        assertThat(decimal.isInteger()).isTrue();
        assertThat(read("-1e-" + digits)).isTrue();
        assertThat(decimal.truncated(3)).isZero();
        assertThat(decimal.isInteger()).isFalse();
        assertThat(decimal.isNegative()).isTrue();
        assertThat(read("0e" + digits)).isTrue();
        assertThat(decimal.truncated(3)).isZero();
        assertThat(decimal.isInteger()).isTrue();
    }

    private boolean read(String text) {
        byte[] bytes = ("1" + text + "1").getBytes(StandardCharsets.UTF_8);
        return decimal.read(bytes, 1, bytes.length - 1);
    }

    private static String number(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
        text.append(random.nextInt(3) == 0 ? "0" : String.valueOf(1 + random.nextInt(9)) + digits(random, 22));
        if (random.nextBoolean()) {
            text.append('.').append(random.nextInt(10)).append(digits(random, 22));
        }
        if (random.nextBoolean()) {
            text.append(random.nextBoolean() ? "e" : "E")
                    .append(new String[] {"", "+", "-"}[random.nextInt(3)])
                    .append(random.nextInt(10) == 0 ? "000" : "")
                    .append(random.nextInt(45));
        }
        return text.toString();
    }

    private static String digits(Random random, int most) {
        int count = random.nextInt(most);
        boolean zeros = random.nextInt(3) == 0;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(zeros && random.nextInt(10) > 0 ? 0 : random.nextInt(10));
        }
        return text.toString();
    }
}
