package dev.exposure.intake.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.resource.LiteWebJarsResourceResolver;
import org.springframework.web.servlet.resource.PathResourceResolver;
import org.springframework.web.servlet.resource.TransformedResource;

/**
 * Serves the page's files where the actuator is, on its own port if it has one, because the page reads it. Belongs to the
 * context of the actuator.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "intake.page.enabled", matchIfMissing = true)
class PageConfiguration {

    private static final Resource FILES = new ClassPathResource("page/");
    private static final Resource LIBRARIES = new ClassPathResource("META-INF/resources/webjars/");

    /** The library's name has to be a part of what is looked up; others are not let through. */
    private static final String ANY_LIBRARY = "/webjars/**";

    @Bean
    SimpleUrlHandlerMapping intakePageMapping(PageHandler pageIndex, PageHandler pageFiles, PageHandler pageLibraries) {
        return new SimpleUrlHandlerMapping(
                Map.of(PagePaths.INDEX, pageIndex, PagePaths.FILES, pageFiles, ANY_LIBRARY, pageLibraries), 0);
    }

    /** The page itself, which has to know under which path the endpoints are. */
    @Bean
    PageHandler pageIndex(WebEndpointProperties endpoints) throws IOException {
        Resource file = FILES.createRelative("index.html");
        String html = file.getContentAsString(UTF_8).replace("{actuator}", relative(endpoints.getBasePath()));
        return PageHandler.of(new TransformedResource(file, html.getBytes(UTF_8)));
    }

    @Bean
    PageHandler pageFiles() {
        return PageHandler.in(FILES, List.of(new PathResourceResolver()));
    }

    /** Paths without a version find the one that is in the jar. */
    @Bean
    PageHandler pageLibraries() {
        return PageHandler.in(LIBRARIES, List.of(new LiteWebJarsResourceResolver(), new PathResourceResolver()));
    }

    /** What the page reads is ten times smaller when compressed; a port of the actuator's own would not do it by itself. */
    @Bean
    WebServerFactoryCustomizer<ConfigurableWebServerFactory> intakePageCompression(ServerProperties properties) {
        return factory -> factory.setCompression(properties.getCompression());
    }

    /** To be relative to the page, whatever stands before both; endpoints may be beside it. */
    private static String relative(String basePath) {
        return basePath.isEmpty() ? "." : basePath.substring(1);
    }
}
