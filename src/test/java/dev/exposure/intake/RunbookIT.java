package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Commands;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The runbook's commands are run as they stand, against a real broker, PostgreSQL and two instances. Only kubectl is one of the
 * test's own, which knows the two as pods; Kafka's tools, curl and jq are real. Runs where bash, curl and jq are.
 */
@Slow
@EnabledIf("toolsExist")
class RunbookIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String TOPIC = "ad-exposure";
    private static final Path RUNBOOK = Path.of("docs", "runbook.md");

    /** What only a real cluster can answer; the others have to work. */
    private static final String CLUSTER_ONLY =
            "kubectl .*(port-forward|describe|get (events|hpa|deploy|pods,deploy|networkpolicy)|scale|patch|annotate|exec|delete).*"
                    + "|.*<that pod>.*|.*<name>.*|java -jar exposure-intake-exec.jar .*|[BA]=.*|NS=.*|KAFKA=.*";

    private static final Map<String, String> VARIABLES = new HashMap<>();

    private static TestBroker broker;
    private static Service first;
    private static Service second;
    private static Commands commands;

    @TempDir
    static Path directory;

    static boolean toolsExist() {
        return Commands.exist("bash", "curl", "jq");
    }

    @BeforeAll
    static void start() throws IOException {
        broker = TestBroker.start();
        broker.createTopic(TOPIC, 4);
        first = Service.start(properties("pod-a"));
        second = Service.start(properties("pod-b"));
        commands = new Commands(Files.createDirectory(directory.resolve("bin")));
        commands.addJava("kafka-consumer-groups.sh", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand");
        commands.addJava("kafka-topics.sh", "org.apache.kafka.tools.TopicCommand");
        commands.addJava("kafka-configs.sh", "kafka.admin.ConfigCommand");
        commands.add("kubectl", """
                case "$*" in
                  *"get pods"*jsonpath=*'items[0]'*) echo pod-a ;;
                  *"get pods"*jsonpath=*) echo pod-a pod-b ;;
                  *"get pods"*) echo 'NAME READY'; echo 'pod-a 1/1'; echo 'pod-b 1/1' ;;
                  *"get --raw"*pods/http:pod-a:8080/proxy/*) curl -sf "$A_URL/${*##*/proxy/}" ;;
                  *"get --raw"*pods/http:pod-b:8080/proxy/*) curl -sf "$B_URL/${*##*/proxy/}" ;;
                  *logs*) cat "$LOGS" ;;
                  *) echo "kubectl of the test does not know: $*" >&2; exit 1 ;;
                esac""");
        Path logs =
                Files.writeString(directory.resolve("logs.txt"), "[pod-a] LOST_TO_RETENTION lag Kafka sink processor");
        VARIABLES.putAll(Map.of(
                "A_URL", "http://127.0.0.1:" + first.port(),
                "B_URL", "http://127.0.0.1:" + second.port(),
                "LOGS", logs.toString()));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(List.of(first, second))
                        .allMatch(it ->
                                it.actuator("assignment").get("partitions").size() == 2));
        // A loss on each instance, and a bad record.
        for (int partition = 0; partition < 4; partition++) {
            broker.write(TOPIC, partition, Exposures.events("ad", partition * 10, 10));
        }
        broker.write(TOPIC, 0, List.of(new byte[] {1}));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(first.counted("ad")).isEqualTo(40));
        await().atMost(PATIENCE)
                .until(() -> first.actuator("lag").get("totalLag").asLong(-1) == 0);
    }

    private static Map<String, String> properties(String pod) {
        Map<String, String> properties = Service.properties(broker, TOPIC, directory);
        properties.put("spring.datasource.url", TestPostgres.url("runbook"));
        properties.put("spring.kafka.client-id", pod);
        return properties;
    }

    @AfterAll
    static void stop() throws IOException {
        first.close();
        second.close();
        broker.close();
    }

    @ParameterizedTest
    @MethodSource("shellCommands")
    void commandWorksAsItStands(String command) throws Exception {
        Commands.Result result = commands.run("set -o pipefail\n" + preamble() + "\n" + command, VARIABLES);

        boolean mayFindNothing = command.contains("grep");
        assertThat(result.code())
                .as("%s%n%s", command, result.output())
                .isIn(mayFindNothing ? List.of(0, 1) : List.of(0));
        assertThat(result.output())
                .doesNotContain(
                        "command not found",
                        "syntax error",
                        "jq: error",
                        "Exception",
                        "does not know",
                        "did not answer");
    }

    @Test
    void allAsksEveryPodAndSaysWhichOneSaidWhat() throws Exception {
        String answer = commands.run(
                        preamble() + "\nall assignment '.partitions[] | {topic, partition}' | sort", VARIABLES)
                .output();

        assertThat(answer.lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("{\"pod\":\"pod-a\",\"topic\":\"ad-exposure\",\"partition\":"))
                .anyMatch(line -> line.startsWith("{\"pod\":\"pod-b\",\"topic\":\"ad-exposure\",\"partition\":"));
        VARIABLES.put("B_URL", "http://127.0.0.1:1");
        assertThat(commands.run(preamble() + "\nall health .status", VARIABLES).output())
                .contains("{\"pod\":\"pod-a\",\"answer\":\"UP\"}", "pod-b did not answer");
        VARIABLES.put("B_URL", "http://127.0.0.1:" + second.port());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void queryOfTheDatabaseWorksAsItStands(String query) {
        assertThatCode(() -> first.bean(JdbcTemplate.class).execute(query)).doesNotThrowAnyException();
    }

    /** The variables and functions that the page has everybody set first, but for the addresses. */
    private static String preamble() throws IOException {
        String page = Files.readString(RUNBOOK);
        String function = page.substring(page.indexOf("all() {"));
        return "NS=ads RELEASE=intake TOPIC=" + TOPIC + " GROUP=" + TOPIC + " PODS=x SCHEME=http PORT=8080 POD=pod-a\n"
                + "KAFKA=" + broker.bootstrapServers() + " A=$A_URL/actuator B=$B_URL/actuator\n"
                + function.substring(0, function.indexOf("\n}\n") + 3);
    }

    /** Lines of the page's shell blocks that are a command each, and the commands of the table. */
    private static List<String> shellCommands() throws IOException {
        List<String> found = new ArrayList<>();
        blocks("sh")
                .forEach(block -> block.lines()
                        .filter(line -> line.matches("(kubectl|curl|kafka-[a-z-]+\\.sh|all) .*"))
                        .forEach(found::add));
        Files.readString(RUNBOOK)
                .lines()
                .filter(line -> line.startsWith("| `") && line.contains("` |"))
                .map(line -> line.substring(3, line.indexOf("` |")).replace("\\|", "|"))
                .filter(line -> line.matches("(kubectl|curl|all) .*"))
                .forEach(found::add);
        found.removeIf(line -> line.matches(CLUSTER_ONLY));
        assertThat(found).hasSizeGreaterThan(35);
        return found;
    }

    private static List<String> queries() throws IOException {
        List<String> queries = blocks("sql").stream()
                .flatMap(block -> List.of(block.split(";\\n?")).stream())
                .filter(query -> !query.isBlank())
                .toList();
        assertThat(queries).hasSizeGreaterThanOrEqualTo(4);
        return queries;
    }

    private static List<String> blocks(String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        String[] parts = Files.readString(RUNBOOK).split("\n```", -1);
        for (String part : parts) {
            if (part.startsWith(language + "\n")) {
                blocks.add(part.substring(language.length() + 1));
            }
        }
        return blocks;
    }
}
