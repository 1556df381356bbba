package dev.exposure.intake.actuate;

import dev.exposure.intake.http.BoundedPasswordEncoder;
import org.springframework.security.authentication.AuthenticationEventPublisher;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Knows the one operator, if one is configured. */
final class Operators {

    /** Role that the operator has. */
    static final String ROLE = "OPERATOR";

    /** Half of the CPUs are left to the consumers and the probes. */
    private static final int CHECKS_AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private Operators() {}

    /**
     * Manager that accepts the configured operator only.
     *
     * @param events told of each login, refused or not
     * @throws InvalidOperatorException when the properties can't be used
     */
    static AuthenticationManager of(OperatorProperties properties, AuthenticationEventPublisher events) {
        properties.check();
        BCryptPasswordEncoder encoder = new BCryptPasswordEncoder();
        InMemoryUserDetailsManager users = new InMemoryUserDetailsManager();
        String username = properties.username();
        String password = properties.password();
        if (username != null && password != null) {
            String hash = password.startsWith(OperatorProperties.BCRYPT)
                    ? password.substring(OperatorProperties.BCRYPT.length())
                    : encoder.encode(password);
            users.createUser(
                    User.withUsername(username).password(hash).roles(ROLE).build());
        }
        DaoAuthenticationProvider provider = new DaoAuthenticationProvider(users);
        provider.setPasswordEncoder(new BoundedPasswordEncoder(encoder, CHECKS_AT_ONCE));
        ProviderManager operators = new ProviderManager(provider);
        operators.setAuthenticationEventPublisher(events);
        return operators;
    }
}
