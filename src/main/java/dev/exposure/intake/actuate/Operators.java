package dev.exposure.intake.actuate;

import org.springframework.security.authentication.AuthenticationEventPublisher;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Knows the one operator, or nobody where none is configured. */
final class Operators {

    /** Role that the operator has. */
    static final String ROLE = "OPERATOR";

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
        provider.setPasswordEncoder(encoder);
        ProviderManager operators = new ProviderManager(provider);
        operators.setAuthenticationEventPublisher(events);
        return operators;
    }
}
