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
 * Serves the page's files on the actuator's port, because the page reads the actuator. Belongs to the actuator's
 * context.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "intake.page.enabled", matchIfMissing = true)
class PageConfiguration {

    private static final Resource FILES = new ClassPathResource("page/");
    private static final Resource LIBRARIES = new ClassPathResource("META-INF/resources/webjars/");

    /** Names no library, because the lookup needs the name in the path; {@link PageSecurity} opens only one library. */
    private static final String ANY_LIBRARY = "/webjars/**";

    @Bean
    SimpleUrlHandlerMapping intakePageMapping(PageHandler pageIndex, PageHandler pageFiles, PageHandler pageLibraries) {
        return new SimpleUrlHandlerMapping(
                Map.of(PagePaths.INDEX, pageIndex, PagePaths.FILES, pageFiles, ANY_LIBRARY, pageLibraries), 0);
    }

    /** The page itself, with the endpoints' path filled in. */
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

    /** A path without a version finds the version that is in the jar. */
    @Bean
    PageHandler pageLibraries() {
        return PageHandler.in(LIBRARIES, List.of(new LiteWebJarsResourceResolver(), new PathResourceResolver()));
    }

    /** Compression makes what the page reads ten times smaller; a separate actuator port would not compress by itself. */
    @Bean
    WebServerFactoryCustomizer<ConfigurableWebServerFactory> intakePageCompression(ServerProperties properties) {
        return factory -> factory.setCompression(properties.getCompression());
    }

    /** Makes the path relative to the page, so that any prefix before both works; endpoints may be beside the page. */
    private static String relative(String basePath) {
        return basePath.isEmpty() ? "." : basePath.substring(1);
    }
}
