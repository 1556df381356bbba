package dev.exposure.intake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Passwords beyond those that are being checked are refused at once, and taken again when a check is over. */
class BoundedPasswordEncoderTests {

    private final CountDownLatch begun = new CountDownLatch(2);
    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void thirdLoginIsRefusedWhileTwoAreCheckedAndTakenAfterwards() throws InterruptedException {
        PasswordEncoder bounded = new BoundedPasswordEncoder(new SlowEncoder(), 2);
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> bounded.matches("a", "a"));
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> bounded.matches("a", "b"));
        begun.await();

        assertThatThrownBy(() -> bounded.matches("a", "a")).isInstanceOf(BoundedPasswordEncoder.BusyException.class);

        end.countDown();
        assertThat(first.join()).isTrue();
        assertThat(second.join()).isFalse();
        assertThat(bounded.matches("a", "a")).isTrue();
    }

    private final class SlowEncoder implements PasswordEncoder {

        @Override
        public @Nullable String encode(@Nullable CharSequence password) {
            return String.valueOf(password);
        }

        @Override
        public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
            return String.valueOf(password).equals(encoded);
        }
    }
}
