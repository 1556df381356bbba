package dev.exposure.intake.http;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Checks a few passwords at a time, and refuses further ones without delay: each check costs a tenth of a second of a CPU, by
 * design, and many guesses in parallel would take the CPUs from the consumers and the probes.
 */
public final class BoundedPasswordEncoder implements PasswordEncoder {

    private final PasswordEncoder encoder;
    private final Semaphore checks;

    /**
     * Bounds an encoder.
     *
     * @param atOnce how many checks may go on at the same time
     */
    public BoundedPasswordEncoder(PasswordEncoder encoder, int atOnce) {
        this.encoder = encoder;
        this.checks = new Semaphore(atOnce);
    }

    @Override
    public @Nullable String encode(@Nullable CharSequence password) {
        return encoder.encode(password);
    }

    /**
     * Checks a password.
     *
     * @throws BusyException when enough checks are going on
     */
    @Override
    public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
        if (!checks.tryAcquire()) {
            throw new BusyException();
        }
        try {
            return encoder.matches(password, encoded);
        } finally {
            checks.release();
        }
    }

    /** The login was not checked; it is not known whether its password is right. */
    public static final class BusyException extends AuthenticationException {

        private static final long serialVersionUID = 1L;

        private BusyException() {
            super("Too many passwords are being checked at this moment");
        }
    }
}
