package dev.exposure.intake.actuate;

import static org.mockito.Mockito.mock;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.consumer.Consumption;
import dev.exposure.intake.consumer.OperatorPause;
import dev.exposure.intake.lag.LagSource;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.poll.PollFixture;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.PartitionWatch;
import dev.exposure.intake.testing.OwnConfigurations;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;

/** The windows of the service over HTTP, with its own configuration, on rooms that a test controls. */
abstract class ActuatorTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    PollFixture fixture;
    private ConfigurableApplicationContext context;

    @BeforeEach
    void open() {
        fixture = new PollFixture();
        SpringApplication application = new SpringApplication(Windows.class);
        application.addInitializers(beans -> register((GenericApplicationContext) beans));
        // What a team may set for its own JSON must not reach these.
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--" + OwnConfigurations.EXCLUDE + "="
                        + OwnConfigurations.allBut(
                                "EndpointConfiguration",
                                "HealthConfiguration",
                                "OperatorSecurity",
                                "RestSecurity",
                                "HttpConfiguration"),
                "--spring.kafka.consumer.group-id=my-group",
                "--spring.kafka.client-id=my-instance",
                "--spring.jackson.default-property-inclusion=non_null",
                "--spring.jackson.property-naming-strategy=SNAKE_CASE",
                "--spring.jackson.mapper.allow-coercion-of-scalars=false",
                "--spring.jackson.datatype.datetime.write-dates-as-timestamps=true"));
        arguments.addAll(arguments());
        context = application.run(arguments.toArray(String[]::new));
    }

    /** Further arguments of the service. */
    List<String> arguments() {
        return List.of();
    }

    @AfterEach
    void close() {
        context.close();
        fixture.close();
    }

    private void register(GenericApplicationContext beans) {
        beans.registerBean(Consumption.class, () -> fixture.consumption);
        beans.registerBean(Assignment.class, () -> fixture.position.assignment);
        beans.registerBean(EventLog.class, () -> fixture.position.events);
        beans.registerBean(PartitionWatch.class, () -> fixture.watch);
        beans.registerBean(OperatorPause.class, () -> fixture.operatorPause);
    }

    HttpResponse<String> get(String path) {
        return send(request("/actuator/" + path));
    }

    /** A request to the service's port. */
    HttpRequest.Builder request(String path) {
        return request("local.server.port", path);
    }

    /** A request to the port that the property tells. */
    HttpRequest.Builder request(String port, String path) {
        String number = context.getEnvironment().getProperty(port);
        return HttpRequest.newBuilder(URI.create("http://localhost:" + number + path))
                .header("Accept", "application/json");
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    static String oneLine(String json) {
        return json.replace("\n", "");
    }

    @EnableAutoConfiguration(
            exclude = {KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
    @EnableConfigurationProperties(KafkaProperties.class)
    static class Windows {

        @Bean
        KafkaSettings kafkaSettings(KafkaProperties properties, Environment environment) {
            return new KafkaSettings(properties, () -> List.of("localhost:9092"), environment);
        }

        @Bean
        ConsumerGroup consumerGroup(KafkaSettings settings) {
            return new ConsumerGroup(settings.groupId());
        }

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        @Bean
        LagSource lagSource() {
            return mock(LagSource.class);
        }

        @Bean
        GroupProtocol protocol() {
            return GroupProtocol.CLASSIC;
        }
    }
}
