package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application of a team's own, with listeners, templates, security and a controller as if the intake were not there. */
class TeamApplicationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OPERATOR = "operator";
    private static final String OPERATORS_PASSWORD = "of-the-operator";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestBroker broker;
    private static ConfigurableApplicationContext context;

    @TempDir
    static Path directory;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        broker.createTopic("ads", 1);
        broker.createTopic("orders", 1);
        Map<String, String> properties = Service.properties(broker, "ads", directory);
        properties.put("server.port", "0");
        properties.put("spring.kafka.listener.idle-event-interval", "300ms");
        properties.put("intake.operator.username", OPERATOR);
        properties.put("intake.operator.password", OPERATORS_PASSWORD);
        List<String> arguments = new ArrayList<>();
        properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        context = SpringApplication.run(Team.class, arguments.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        if (context != null) {
            context.close();
        }
        broker.close();
    }

    @Test
    void listenerAndTemplateOfTheTeamWorkBesideTheIntake() {
        Team team = context.getBean(Team.class);
        await().atMost(PATIENCE).untilAsserted(() -> {
            team.template.send("orders", "an order");
            team.template.flush();
            assertThat(team.orders).contains("an order");
        });

        team.template.send("ads", new String(Exposures.event("1", "ad"), UTF_8));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(context.getBean(JdbcTemplate.class)
                                .queryForObject("SELECT SUM(exposures) FROM exposure_count", Integer.class))
                        .isEqualTo(1));
    }

    @Test
    void factoriesThatTheTeamGetsHaveNothingOfTheIntake() {
        Team team = context.getBean(Team.class);

        assertThat(team.consumers.getConfigurationProperties())
                .doesNotContainKeys(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        ConsumerConfig.CLIENT_ID_CONFIG)
                .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        assertThat(team.producers.getConfigurationProperties()).doesNotContainKeys("acks", "compression.type");
        assertThat(team.scheduler).isSameAs(context.getBean("teamScheduler"));
    }

    @Test
    void clientsOfTheIntakeAreMeasured() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(get("/actuator/prometheus", null).body())
                                .containsPattern("kafka_consumer_[a-z_]+\\{[^}]*client_id=\"exposure-intake-"));
    }

    @Test
    void chainOfTheTeamDecidesOnItsOwnPathsAndOursOnTheActuator() {
        assertThat(get("/hello", null).statusCode()).isEqualTo(401);
        assertThat(get("/hello", basic(OPERATOR, OPERATORS_PASSWORD)).statusCode())
                .as("the operator is nobody to the team")
                .isEqualTo(401);
        assertThat(get("/hello", basic("member", "of-the-team")).body()).isEqualTo("hello member");
        assertThat(get("/nothing", basic("member", "of-the-team")).statusCode()).isEqualTo(404);
        assertThat(get("/actuator/assignment", null).statusCode()).isEqualTo(200);
        assertThat(get("/", null).statusCode()).isEqualTo(200);

        assertThat(pause(basic("member", "of-the-team")).statusCode())
                .as("the team is nobody to the operator's endpoints")
                .isEqualTo(401);
        assertThat(pause(basic(OPERATOR, OPERATORS_PASSWORD)).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> get(String path, String credentials) {
        return send(request(path, credentials));
    }

    /** Says that it is not paused, which it is not. */
    private static HttpResponse<String> pause(String credentials) {
        return send(request("/actuator/consumption", credentials)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"paused\":false}")));
    }

    private static HttpRequest.Builder request(String path, String credentials) {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        return credentials == null ? request : request.header("Authorization", credentials);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static String basic(String username, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8));
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Team {

        final List<String> orders = new CopyOnWriteArrayList<>();
        final KafkaTemplate<String, String> template;
        final ConsumerFactory<?, ?> consumers;
        final ProducerFactory<?, ?> producers;
        final TaskScheduler scheduler;

        Team(
                KafkaTemplate<String, String> template,
                ConsumerFactory<?, ?> consumers,
                ProducerFactory<?, ?> producers,
                TaskScheduler scheduler) {
            this.template = template;
            this.consumers = consumers;
            this.producers = producers;
            this.scheduler = scheduler;
        }

        @KafkaListener(id = "team", topics = "orders")
        void onOrder(String order) {
            orders.add(order);
        }

        @GetMapping("/hello")
        String hello(Principal member) {
            return "hello " + member.getName();
        }

        @Bean
        static TaskScheduler teamScheduler() {
            return new ThreadPoolTaskScheduler();
        }

        @Bean
        static SecurityFilterChain teamChain(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .httpBasic(basic -> {})
                    .build();
        }

        @Bean
        static UserDetailsService team() {
            return new InMemoryUserDetailsManager(User.withUsername("member")
                    .password("{noop}of-the-team")
                    .roles("MEMBER")
                    .build());
        }
    }
}
