package dev.exposure.intake.actuate;

import static org.springframework.security.config.http.SessionCreationPolicy.STATELESS;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Who may do what over HTTP, on the management port too where there is one: anyone may read what is exposed by default; all
 * else that is exposed, every write first of all, is the operator's; what is no endpoint does not exist.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OperatorProperties.class)
class OperatorSecurity {

    private static final String CORS_CREDENTIALS = "management.endpoints.web.cors.allow-credentials";
    private static final String OPERATOR = "OPERATOR";
    private static final String[] OPEN = {"health", "info", "prometheus", "assignment", "lag", ConsumptionEndpoint.ID};

    /** The one operator, or nobody. As a bean of this type it also keeps Spring Boot from making a user of its own. */
    @Bean
    AuthenticationManager operators(OperatorProperties properties, FailedLogins failedLogins) {
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
                    User.withUsername(username).password(hash).roles(OPERATOR).build());
        }
        DaoAuthenticationProvider provider = new DaoAuthenticationProvider(users);
        provider.setPasswordEncoder(encoder);
        ProviderManager operators = new ProviderManager(provider);
        operators.setAuthenticationEventPublisher(failedLogins);
        return operators;
    }

    @Bean
    FailedLogins failedLogins(MeterRegistry registry) {
        return new FailedLogins(registry);
    }

    /** Would have browsers send the operator's credentials along with what pages of other sites ask for. */
    @Bean
    static SmartInitializingSingleton noCredentialsAcrossSites(Environment environment) {
        return () -> {
            if (environment.getProperty(CORS_CREDENTIALS, Boolean.class, false)) {
                throw new InvalidConfigurationPropertyValueException(
                        CORS_CREDENTIALS,
                        true,
                        "only false is allowed: a page of another site could act in the operator's name. What anyone may"
                                + " read can be read across sites without credentials, by"
                                + " management.endpoints.web.cors.allowed-origins");
            }
        };
    }

    /** Such a request is refused before any chain, which would set the headers. */
    @Bean
    static RequestRejectedHandler malformedRequests() {
        return (request, response, failure) -> {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("X-Frame-Options", "DENY");
            response.setHeader("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate");
            Refusal.send(response, HttpServletResponse.SC_BAD_REQUEST, "The request is not well-formed.");
        };
    }

    /** Asks for no credentials and looks at none, so that a probe or a scrape never fails on some that it sends. */
    @Bean
    @Order(1)
    SecurityFilterChain openReads(HttpSecurity http) {
        return stateless(http)
                .securityMatcher(reads())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain operatorsOnly(HttpSecurity http, OperatorProperties properties, KafkaProperties kafka) {
        OperatorChallenge challenge = new OperatorChallenge(properties.areSet());
        stateless(http)
                .securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests -> requests.anyRequest().hasRole(OPERATOR))
                .exceptionHandling(failures -> failures.authenticationEntryPoint(challenge))
                .addFilterAfter(
                        new WriteFilter(
                                EndpointRequest.to(ConsumptionEndpoint.class), AssignmentEndpoint.instance(kafka)),
                        AuthorizationFilter.class);
        if (properties.areSet()) {
            http.httpBasic(basic -> basic.authenticationEntryPoint(challenge));
        }
        return http.build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain nothingElse(HttpSecurity http) {
        return stateless(http)
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .anyRequest()
                        .denyAll())
                .exceptionHandling(failures -> failures.authenticationEntryPoint(
                        (request, response, failure) -> response.sendError(HttpServletResponse.SC_NOT_FOUND)))
                .build();
    }

    private static RequestMatcher reads() {
        return new OrRequestMatcher(
                EndpointRequest.to(OPEN).withHttpMethod(HttpMethod.GET),
                EndpointRequest.to(OPEN).withHttpMethod(HttpMethod.HEAD),
                EndpointRequest.toLinks(),
                // Where Kubernetes asks the server's port although management has its own: /livez, /readyz.
                EndpointRequest.toAdditionalPaths(WebServerNamespace.SERVER, "health"),
                EndpointRequest.toAdditionalPaths(WebServerNamespace.MANAGEMENT, "health"));
    }

    /**
     * No session and no CSRF token. A page of another site can make a browser send the Basic credentials that it remembers;
     * but not with a body of type JSON, because the browser asks the service before it does, and the service does not allow
     * it. {@link WriteFilter} takes no other type.
     */
    private static HttpSecurity stateless(HttpSecurity http) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(STATELESS));
    }
}
