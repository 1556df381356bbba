package dev.exposure.intake.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Check and reading of UTF-8 agree with the JDK's conversion there and back, at every length and position. */
class Utf8Tests {

    @Test
    void isValidWhenAsciiOfAnyLengthIsTrue() {
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 0x7f);
            assertThat(isValid(bytes)).isTrue();
        }
    }

    @Test
    void isValidWhenOneByteIsBadAtAnyPositionIsFalse() {
        for (int length = 1; length < 40; length++) {
            for (int i = 0; i < length; i++) {
                byte[] bytes = new byte[length];
                bytes[i] = (byte) 0x80;
                assertThat(isValid(bytes)).isFalse();
            }
        }
    }

    @Test
    void isValidWhenCharacterLiesAcrossPiecesIsTrue() {
        for (int length = 1000; length < 1040; length++) {
            assertThat(isValid(("x".repeat(length) + "\ud83c\udfc5".repeat(600)).getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
        }
    }

    @Test
    void putWhenAnyCharacterWritesItsBytes() {
        for (int character = 1; character <= Character.MAX_CODE_POINT; character++) {
            if (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE) {
                byte[] bytes = new byte[5];
                int end = Utf8.put(bytes, 1, character);
                String text = new String(bytes, 1, end - 1, StandardCharsets.UTF_8);
                if (text.codePointAt(0) != character || text.codePointCount(0, text.length()) != 1) {
                    throw new AssertionError(character);
                }
                if (Utf8.characters(bytes, 1, end) != 1 || !Utf8.isValid(Arrays.copyOfRange(bytes, 1, end))) {
                    throw new AssertionError(character);
                }
            }
        }
    }

    @Test
    void isValidWhenRandomAgreesWithConversion() {
        Random random = new Random(42);
        byte[] alphabet = HexFormat.of().parseHex("4180bf90a0c0c3e0e9edf0f1f4f5ff");
        int valid = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(5)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = alphabet[random.nextInt(alphabet.length)];
            }
            boolean expected =
                    Arrays.equals(bytes, new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
            assertThat(isValid(bytes)).isEqualTo(expected);
            valid += expected ? 1 : 0;
        }
        assertThat(valid).isGreaterThan(1000);
    }

    private static boolean isValid(byte[] bytes) {
        boolean valid = Utf8.isValid(bytes);
        assertThat(Utf8.decode(bytes) != null).isEqualTo(valid);
        return valid;
    }
}
