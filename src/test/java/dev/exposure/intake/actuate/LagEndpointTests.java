package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.lag.LagSnapshot;
import dev.exposure.intake.lag.LagSource;
import dev.exposure.intake.lag.PartitionLag;
import dev.exposure.intake.testing.OwnConfigurations;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=lag",
            // What a team may set for its own JSON must not reach this one.
            "spring.jackson.default-property-inclusion=non_null",
            "spring.jackson.property-naming-strategy=SNAKE_CASE",
            "spring.jackson.datatype.datetime.write-dates-as-timestamps=true"
        })
class LagEndpointTests {

    private static final Instant MEASURED = Instant.parse("2026-11-22T10:00:00.250Z");

    @LocalServerPort
    private int port;

    @Autowired
    private Source source;

    @BeforeEach
    void beforeFirstSample() {
        source.latest = null;
    }

    @Test
    void getBeforeFirstSampleShowsNullsAndNoPartitions() throws Exception {
        assertThat(get()).isEqualTo(oneLine("""
                {"groupId":"exposure-intake","measuredAt":null,"ageSeconds":null,"totalLag":null,
                "maxBehindSeconds":null,"unownedPartitions":null,"partitions":[]}"""));
    }

    @Test
    void getAfterSampleShowsItWithItsAgeAndWithNullsForWhatIsUnknown() throws Exception {
        source.latest = new LagSnapshot(
                "exposure-intake",
                MEASURED,
                142L,
                0.8,
                1,
                List.of(
                        new PartitionLag("ad-exposure", 0, "intake-0@10.1.2.3", 0L, 1000L, 958L, 42L, 0.8, 7L, 958L),
                        new PartitionLag("ad-exposure", 1, null, 10L, 110L, null, 100L, null, 0L, 0L)));

        assertThat(get()).isEqualTo(oneLine("""
                {"groupId":"exposure-intake","measuredAt":"2026-11-22T10:00:00.250Z","ageSeconds":1.4,"totalLag":142,
                "maxBehindSeconds":0.8,"unownedPartitions":1,"partitions":[
                {"topic":"ad-exposure","partition":0,"owner":"intake-0@10.1.2.3","logStart":0,"logEnd":1000,
                "committed":958,"lag":42,"behindSeconds":0.8,"heldBack":7,"headroom":958},
                {"topic":"ad-exposure","partition":1,"owner":null,"logStart":10,"logEnd":110,
                "committed":null,"lag":100,"behindSeconds":null,"heldBack":0,"headroom":0}]}"""));
    }

    @Test
    void getWhenNoDelayIsKnownShowsNullAndNotZero() throws Exception {
        source.latest = new LagSnapshot(
                "exposure-intake",
                MEASURED,
                null,
                null,
                0,
                List.of(new PartitionLag("ad-exposure", 0, "a@b", null, null, 3L, null, null, null, null)));

        assertThat(get()).isEqualTo(oneLine("""
                {"groupId":"exposure-intake","measuredAt":"2026-11-22T10:00:00.250Z","ageSeconds":1.4,"totalLag":null,
                "maxBehindSeconds":null,"unownedPartitions":0,"partitions":[
                {"topic":"ad-exposure","partition":0,"owner":"a@b","logStart":null,"logEnd":null,
                "committed":3,"lag":null,"behindSeconds":null,"heldBack":null,"headroom":null}]}"""));
    }

    private String get() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/lag"))
                                .header("Accept", "application/json")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static String oneLine(String json) {
        return json.replace("\n", "");
    }

    @DynamicPropertySource
    static void onlyWhatGuardsIt(DynamicPropertyRegistry properties) {
        properties.add(OwnConfigurations.EXCLUDE, () -> OwnConfigurations.allBut("OperatorSecurity", "RestSecurity"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
    @EnableConfigurationProperties(KafkaProperties.class)
    @Import({LagEndpoint.class, Source.class})
    static class Config {

        @Bean
        KafkaSettings kafkaSettings(KafkaProperties properties, Environment environment) {
            return new KafkaSettings(properties, () -> List.of("localhost:9092"), environment);
        }

        @Bean
        Clock clock() {
            return Clock.fixed(MEASURED.plusMillis(1400), ZoneOffset.UTC);
        }
    }

    static class Source implements LagSource {

        private @Nullable LagSnapshot latest;

        @Override
        public String groupId() {
            return "exposure-intake";
        }

        @Override
        public @Nullable LagSnapshot latest() {
            return latest;
        }
    }
}
