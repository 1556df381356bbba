package dev.exposure.intake.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

/** Binding of {@code intake.format.*}, and what an operator reads when a value is bad. */
@ExtendWith(OutputCaptureExtension.class)
class FormatPropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(TestConfiguration.class);

    @Test
    void bindWhenNothingIsSetHasDefaults() {
        runner.run(with(properties -> {
            assertThat(properties.maxLineSize()).isEqualTo(DataSize.ofMegabytes(1));
            assertThat(properties.targets()).containsExactly("json", "exposure", "log");
            assertThat(Stream.of(Field.values()).map(properties::nameOf))
                    .containsExactly(
                            "exposure_id",
                            "ad_id",
                            "exposed_at",
                            "campaign_id",
                            "creative_id",
                            "slot_id",
                            "request_id",
                            "user_id",
                            "device",
                            "region",
                            "price_micros",
                            "test");
        }));
    }

    @Test
    void bindWhenEverythingIsSetKeepsIt() {
        String[] fields = Stream.of(Field.values())
                .map(field -> "intake.format.fields." + field.propertyKey() + "=my " + field.propertyKey())
                .toArray(String[]::new);
        runner.withPropertyValues("intake.format.max-line-size=256KB", "intake.format.targets=ad,log")
                .withPropertyValues(fields)
                .run(with(properties -> {
                    assertThat(properties.maxLineSize()).isEqualTo(DataSize.ofKilobytes(256));
                    assertThat(properties.targets()).containsExactly("ad", "log");
                    assertThat(Stream.of(Field.values()).map(properties::nameOf))
                            .containsExactly(
                                    "my exposure-id",
                                    "my ad-id",
                                    "my exposed-at",
                                    "my campaign-id",
                                    "my creative-id",
                                    "my slot-id",
                                    "my request-id",
                                    "my user-id",
                                    "my device",
                                    "my region",
                                    "my price-micros",
                                    "my test");
                }));
    }

    @Test
    void bindWhenNamesAreSwappedKeepsThem() {
        runner.withPropertyValues("intake.format.fields.ad-id=slot_id", "intake.format.fields.slot-id=ad_id")
                .run(with(properties -> {
                    assertThat(properties.nameOf(Field.AD_ID)).isEqualTo("slot_id");
                    assertThat(properties.nameOf(Field.SLOT_ID)).isEqualTo("ad_id");
                }));
    }

    @Test
    void bindWhenSizeIsEmptyHasDefault() {
        runner.withPropertyValues("intake.format.max-line-size=")
                .run(with(properties -> assertThat(properties.maxLineSize()).isEqualTo(DataSize.ofMegabytes(1))));
    }

    @Test
    void bindWhenTargetsAreEmptyHasNone() {
        runner.withPropertyValues("intake.format.targets=")
                .run(with(properties -> assertThat(properties.targets()).isEmpty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"64B", "64MB"})
    void bindWhenSizeIsAtBoundKeepsIt(String size) {
        runner.withPropertyValues("intake.format.max-line-size=" + size)
                .run(with(properties -> assertThat(properties.maxLineSize()).isEqualTo(DataSize.parse(size))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTAKE_FORMAT_FIELDS_AD_ID", "INTAKE_FORMAT_FIELDS_ADID"})
    void bindWhenFieldComesFromEnvironmentKeepsItAboveFile(String variable) {
        runner.withPropertyValues("intake.format.fields.ad-id=file")
                .withInitializer(context ->
                        context.getEnvironment().getPropertySources().addFirst(environment(variable, "environment")))
                .run(with(
                        properties -> assertThat(properties.nameOf(Field.AD_ID)).isEqualTo("environment")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTAKE_FORMAT_FIELDS_AD_ID", "INTAKE_FORMAT_FIELDS_ADID"})
    void bindWhenFieldIsInEnvironmentAndAboveItKeepsTheLatter(String variable) {
        runner.withPropertyValues("intake.format.fields.ad-id=argument")
                .withInitializer(context ->
                        context.getEnvironment().getPropertySources().addLast(environment(variable, "environment")))
                .run(with(
                        properties -> assertThat(properties.nameOf(Field.AD_ID)).isEqualTo("argument")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"adId", "ad_id", "adid", "AD-ID"})
    void bindWhenKeyIsSpelledOtherwiseFindsField(String key) {
        runner.withPropertyValues("intake.format.fields." + key + "=x")
                .run(with(
                        properties -> assertThat(properties.nameOf(Field.AD_ID)).isEqualTo("x")));
    }

    @ParameterizedTest
    @CsvSource({"0B, 0B", "-1B, -1B", "63B, 63B", "65MB, 68157440B", "2GB, 2147483648B"})
    void bindWhenSizeIsOutOfBoundsNamesPropertyValueAndBounds(String size, String shown) {
        expectFailure(
                "intake.format.max-line-size=" + size, "intake.format.max-line-size", "'" + shown + "'", "64B to 64MB");
    }

    @Test
    void bindWhenSizeIsNoSizeNamesPropertyAndValue() {
        expectFailure(
                "intake.format.max-line-size=big", "intake.format.max-line-size", "'big' is not a valid data size");
    }

    @Test
    void bindWhenTargetIsBlankNamesPropertyAndRule() {
        expectFailure(
                "intake.format.targets=json,,x", "targets[1]", "rejected value []", "must be a name in the event");
    }

    @Test
    void bindWhenTooManyTargetsNamesPropertyAndRule() {
        String many = Stream.iterate(0, i -> i + 1).limit(17).map(i -> "t" + i).collect(Collectors.joining(","));
        expectFailure("intake.format.targets=" + many, "targets", "t16", "must be at most 16 names");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ad", "ad-idd", "exposure.id.x", "click-id", "ad-id.0"})
    void bindWhenFieldIsUnknownNamesPropertyValueAndFields(String key) {
        expectFailure(
                "intake.format.fields." + key + "=theValue",
                "intake.format.fields." + key,
                "'theValue'",
                "exposure-id, ad-id, exposed-at, campaign-id, creative-id, slot-id, request-id, user-id, device,"
                        + " region, price-micros, test");
    }

    @Test
    void bindWhenUnknownFieldComesFromEnvironmentIsRefusedToo() {
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(environment("INTAKE_FORMAT_FIELDS_AD_IDD", "theValue")))
                .run(context ->
                        assertThat(messages(context.getStartupFailure())).contains("ad.idd", "theValue"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void bindWhenNameIsBlankNamesPropertyAndRule(String name) {
        expectFailure("intake.format.fields.ad-id=" + name, "intake.format.fields.ad-id", "not blank");
    }

    @Test
    void bindWhenNameIsTheEventsMessageIsRefused() {
        expectFailure("intake.format.fields.ad-id=message", "intake.format.fields.ad-id", "'message'", "another name");
    }

    @Test
    void bindWhenTwoFieldsHaveOneNameNamesBoth() {
        expectFailure(
                "intake.format.fields.slot-id=ad_id", "intake.format.fields.ad-id", "'ad_id'", "the name of slot-id");
    }

    @Test
    void newWhenNameHasWhiteSpaceAroundItIsRefused() {
        assertThatThrownBy(() -> Records.properties(Map.of("ad-id", " ad")))
                .hasMessageContainingAll("intake.format.fields.ad-id", "' ad'", "white space");
    }

    @Test
    void startWhenValueIsBadReportsItInOnePlace(CapturedOutput output) {
        assertThatThrownBy(() -> start("--intake.format.fields.ad-idd=theValue"))
                .isInstanceOf(Exception.class);
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("intake.format.fields.ad-idd with value 'theValue' is invalid")
                .contains("Fields are exposure-id, ad-id,")
                .doesNotContain("\tat ");
    }

    @Test
    void startWhenTargetIsBlankReportsItInOnePlace(CapturedOutput output) {
        assertThatThrownBy(() -> start("--intake.format.targets=json,,x")).isInstanceOf(Exception.class);
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Property: intake.format.targets[1]")
                .contains("Value: \"\"")
                .contains("Reason: must be a name in the event's root, not blank")
                .doesNotContain("\tat ");
    }

    @Test
    void decoderWhenInContextIsBuiltFromProperties() {
        runner.withUserConfiguration(DecoderConfiguration.class)
                .withPropertyValues("intake.format.fields.ad-id=adid")
                .run(context -> {
                    byte[] line = Records.utf8("{\"exposure_id\":1,\"adid\":2,\"exposed_at\":1722650400}");
                    assertThat(context.getBean(ExposureDecoder.class).decode(line))
                            .isInstanceOf(Exposure.class);
                });
    }

    private static ContextConsumer<AssertableApplicationContext> with(Consumer<FormatProperties> assertions) {
        return context -> assertions.accept(context.getBean(FormatProperties.class));
    }

    private void expectFailure(String property, String... parts) {
        runner.withPropertyValues(property).run(context -> {
            assertThat(context).hasFailed();
            assertThat(messages(context.getStartupFailure())).contains(parts);
        });
    }

    private static String messages(Throwable failure) {
        return Stream.iterate(failure, ex -> ex != null, Throwable::getCause)
                .map(Throwable::getMessage)
                .collect(Collectors.joining("\n"));
    }

    private static SystemEnvironmentPropertySource environment(String variable, String value) {
        return new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(variable, value));
    }

    private static void start(String argument) {
        SpringApplication application = new SpringApplication(TestConfiguration.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.run(argument).close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(FormatProperties.class)
    static class TestConfiguration {}

    @Configuration(proxyBeanMethods = false)
    @Import(ExposureDecoder.class)
    static class DecoderConfiguration {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }
}
