package dev.exposure.intake.actuate;

import static org.springframework.security.config.http.SessionCreationPolicy.STATELESS;

import dev.exposure.intake.connect.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Who may do what with the actuator's endpoints over HTTP, also on a separate management port: anyone may read what is exposed
 * by default; only the operator may do the rest, above all every write. Only these chains know the operator, no other part of
 * the application. A team's own chain for the actuator needs an order below these.
 */
@AutoConfiguration(before = {UserDetailsServiceAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(OperatorProperties.class)
class OperatorSecurity {

    /** Before a team's chains, because one of them may match any request. */
    static final int READS_ORDER = -102;

    private static final int OPERATORS_ORDER = READS_ORDER + 1;

    private static final String CORS_CREDENTIALS = "management.endpoints.web.cors.allow-credentials";
    private static final String[] OPEN = {
        "health", "info", "prometheus", "assignment", "lag", "balance", ConsumptionEndpoint.ID
    };

    /** Refuses a setting that lets pages of other sites make requests with the operator's credentials. */
    @Bean
    static SmartInitializingSingleton intakeNoCredentialsAcrossSites(Environment environment) {
        return () -> {
            if (environment.getProperty(CORS_CREDENTIALS, Boolean.class, false)) {
                throw new InvalidConfigurationPropertyValueException(
                        CORS_CREDENTIALS,
                        true,
                        "only false is allowed: a page of another site could act in the operator's name. To let other"
                                + " sites read what needs no credentials, set"
                                + " management.endpoints.web.cors.allowed-origins");
            }
        };
    }

    /** Asks for no credentials and ignores any, so that a probe or a scrape never fails because it sends wrong ones. */
    @Bean
    @Order(READS_ORDER)
    SecurityFilterChain intakeOpenReads(HttpSecurity http) {
        return stateless(http)
                .securityMatcher(reads())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    @Order(OPERATORS_ORDER)
    SecurityFilterChain intakeOperatorsOnly(
            HttpSecurity http, OperatorProperties properties, KafkaSettings kafka, MeterRegistry registry) {
        OperatorChallenge challenge = new OperatorChallenge(properties.areSet());
        stateless(http)
                .securityMatcher(EndpointRequest.toAnyEndpoint())
                .authenticationManager(Operators.of(properties, new FailedLogins(registry)))
                .authorizeHttpRequests(requests -> requests.anyRequest().hasRole(Operators.ROLE))
                .exceptionHandling(failures -> failures.authenticationEntryPoint(challenge))
                .addFilterAfter(
                        new WriteFilter(EndpointRequest.to(ConsumptionEndpoint.class), kafka.clientId()),
                        AuthorizationFilter.class);
        if (properties.areSet()) {
            http.httpBasic(basic -> basic.authenticationEntryPoint(challenge));
        }
        return http.build();
    }

    private static RequestMatcher reads() {
        return new OrRequestMatcher(
                EndpointRequest.to(OPEN).withHttpMethod(HttpMethod.GET),
                EndpointRequest.to(OPEN).withHttpMethod(HttpMethod.HEAD),
                EndpointRequest.toLinks(),
                // Kubernetes asks /livez and /readyz on the server's port, even if management has its own port.
                EndpointRequest.toAdditionalPaths(WebServerNamespace.SERVER, "health"),
                EndpointRequest.toAdditionalPaths(WebServerNamespace.MANAGEMENT, "health"));
    }

    /**
     * No session and no CSRF token. A page of another site can make a browser send the Basic credentials that it remembers,
     * but not with a JSON body: the browser first asks the service, which does not allow it. {@link WriteFilter} accepts no
     * other type.
     */
    static HttpSecurity stateless(HttpSecurity http) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(STATELESS));
    }
}
