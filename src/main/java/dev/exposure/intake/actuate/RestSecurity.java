package dev.exposure.intake.actuate;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.RequestRejectedHandler;

/**
 * Answers 404 to all requests except those to the endpoints and the page, and knows no users except the operator. If the
 * application has its own chain, that decides on the other requests instead. Evaluated before this service's chains, so that
 * the condition does not see them.
 */
@AutoConfiguration(
        before = {OperatorSecurity.class, UserDetailsServiceAutoConfiguration.class},
        beforeName = "dev.exposure.intake.page.PageSecurity")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class RestSecurity {

    /** A malformed request is refused before any chain, so the headers of the chains are set here. */
    @Bean
    @ConditionalOnMissingBean(RequestRejectedHandler.class)
    static RequestRejectedHandler intakeMalformedRequests() {
        return (request, response, failure) -> {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("X-Frame-Options", "DENY");
            response.setHeader("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate");
            Refusal.send(response, HttpServletResponse.SC_BAD_REQUEST, "The request is not well-formed.");
        };
    }

    /** For an application without its own security chain. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(SecurityFilterChain.class)
    static class NothingElse {

        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        SecurityFilterChain intakeNothingElse(HttpSecurity http) {
            return OperatorSecurity.stateless(http)
                    .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                            .permitAll()
                            .anyRequest()
                            .denyAll())
                    .exceptionHandling(failures -> failures.authenticationEntryPoint(
                            (request, response, failure) -> response.sendError(HttpServletResponse.SC_NOT_FOUND)))
                    .build();
        }

        /** No users; without this bean Spring Boot would make one and log its password. */
        @Bean
        @ConditionalOnMissingBean({AuthenticationManager.class, AuthenticationProvider.class, UserDetailsService.class})
        UserDetailsService intakeNobody() {
            return new InMemoryUserDetailsManager();
        }
    }
}
