package dev.exposure.intake.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.deadletter.DeadLetterProperties;
import dev.exposure.intake.partition.Printable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The command {@code dead-letters}: lists dead letters, and sends them again on request. It runs instead of the
 * service, with the same configuration, but without a web server and a database.
 */
public final class DeadLetterCommand {

    /** First argument that asks for the command. */
    public static final String NAME = "dead-letters";

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_OPTION = 2;
    private static final int STOPPED = 130;
    private static final long STOP_SECONDS = 40;

    private final AtomicBoolean stop = new AtomicBoolean();

    private DeadLetterCommand() {}

    /**
     * Runs the command and prints to the standard output. When the process is asked to end, the command first waits for
     * the records that are being sent, and prints what was sent.
     *
     * @param arguments arguments after the command's name
     * @return exit code of the process: 0 when all went well
     */
    public static int run(List<String> arguments) {
        DeadLetterCommand command = new DeadLetterCommand();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> command.stopAndAwait(ended), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        try {
            return command.run(arguments, out, err);
        } finally {
            ended.countDown();
        }
    }

    private void stopAndAwait(CountDownLatch ended) {
        stop.set(true);
        try {
            ended.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the command to stop once the records that are being sent are answered. */
    void stop() {
        stop.set(true);
    }

    /** Command that prints to the streams of the caller. */
    static DeadLetterCommand create() {
        return new DeadLetterCommand();
    }

    int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            Options options = Options.of(arguments, Clock.systemUTC());
            if (options.help()) {
                out.print(Help.TEXT);
                return OK;
            }
            try (ConfigurableApplicationContext context = context(options.properties())) {
                return run(options, context, new Lines(out));
            }
        } catch (OptionException ex) {
            err.println(ex.getMessage());
            return WRONG_OPTION;
        } catch (RuntimeException ex) {
            err.println(Printable.of(reason(ex)));
            return FAILED;
        }
    }

    private static ConfigurableApplicationContext context(List<String> properties) {
        SpringApplication application = new SpringApplication(CommandConfiguration.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false);
        List<String> arguments = new ArrayList<>(properties);
        // Its output is a table; a failure is printed as one line at the end.
        arguments.add("--logging.threshold.console=OFF");
        return application.run(arguments.toArray(String[]::new));
    }

    private int run(Options options, ConfigurableApplicationContext context, Lines lines) {
        KafkaSettings kafka = context.getBean(KafkaSettings.class);
        String suffix = context.getBean(DeadLetterProperties.class).topicSuffix();
        Set<String> topics = new TreeSet<>(options.topics());
        if (topics.isEmpty()) {
            topics.addAll(Binder.get(context.getEnvironment())
                    .bind("intake.topics", Bindable.listOf(String.class))
                    .orElse(List.of("ad-exposure")));
        }
        List<String> deadLetterTopics = topics.stream().map(it -> it + suffix).toList();
        try (Consumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            DeadLetterReader reader = new DeadLetterReader(consumer);
            Run run = new Run(options, suffix, lines, stop::get);
            if (options.resend() && options.yes()) {
                try (Producer<byte[], byte[]> producer = Clients.producer(kafka)) {
                    run.start(reader, deadLetterTopics, new Resender(producer, lines));
                }
            } else {
                run.start(reader, deadLetterTopics, null);
            }
            return run.failed() ? FAILED : stop.get() ? STOPPED : OK;
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
