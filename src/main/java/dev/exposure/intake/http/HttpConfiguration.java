package dev.exposure.intake.http;

import java.time.Duration;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.AbstractProtocol;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Wires the limits of the web server, also of the actuator's own server if it has its own port. If the application serves
 * more than the endpoints, only the number of its own requests under way is limited.
 */
@AutoConfiguration
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(ConfigurableTomcatWebServerFactory.class)
class HttpConfiguration {

    /** Security chain that exists if the application serves only the endpoints and the page. */
    private static final String ALONE = "intakeNothingElse";

    private static final String CONNECTION_TIMEOUT = "server.tomcat.connection-timeout";
    private static final String KEEP_ALIVE_TIMEOUT = "server.tomcat.keep-alive-timeout";
    private static final int CONNECTION_MILLIS = 5_000;
    private static final int KEEP_ALIVE_MILLIS = 60_000;

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> intakeRequestLimit(
            WebEndpointProperties endpoints, BeanFactory beans, Environment environment) {
        boolean alone = beans.containsBean(ALONE);
        return factory -> {
            factory.addEngineValves(new RequestLimit(endpoints.getBasePath(), alone));
            factory.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(PlainErrorReport.class.getName());
                }
            });
            if (alone) {
                factory.addProtocolHandlerCustomizers(handler -> {
                    if (handler instanceof AbstractProtocol<?> protocol) {
                        giveUpSooner(protocol, environment);
                    }
                });
            }
        };
    }

    /** Gives up a client that sends or reads nothing for long; a client may wait longer between two requests. */
    private static void giveUpSooner(AbstractProtocol<?> protocol, Environment environment) {
        Binder binder = Binder.get(environment);
        if (!binder.bind(CONNECTION_TIMEOUT, Duration.class).isBound()) {
            protocol.setConnectionTimeout(CONNECTION_MILLIS);
        }
        if (!binder.bind(KEEP_ALIVE_TIMEOUT, Duration.class).isBound()) {
            protocol.setKeepAliveTimeout(KEEP_ALIVE_MILLIS);
        }
    }
}
