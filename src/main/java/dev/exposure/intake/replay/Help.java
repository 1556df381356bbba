package dev.exposure.intake.replay;

/** What {@code --help} prints. */
final class Help {

    static final String TEXT = """
            Usage: java -jar exposure-intake-exec.jar dead-letters [options] [--spring.kafka...=...]

            Lists the dead letters of the service's topics, one a line, without their content. Connects to Kafka as the service does:
            by the same files, variables and --properties. Needs READ and DESCRIBE on <topic>.dlt, and for --resend WRITE on <topic>.

            Which ones (a dead letter has to match all that are given):
              --topic=ads,video       of these original topics; else of intake.topics
              --reason=BAD_FIELD,...  with one of these reasons
              --since=PT1H            published since then: a duration back from now (PT1H, 30m) or a time (2026-11-28T03:00:00Z)
              --until=...             published before then
              --origin=ads-3@100..200 from this partition, or these offsets of it; several with commas
              --after=ads.dlt-0@17    after this dead letter; several with commas. An interrupted run prints where to continue
              --limit=20              at most this many

            What to do with them:
              --show-content          print headers, key and value too: they hold data of users
              --resend                say how many would be sent to their original topics again
              --resend --yes          send them: the same bytes and headers, and the header intake-resent. The service takes them
                                      as new records; whoever sends one twice has it counted twice, unless intake.dedupe.window is set

            Each record is printed once the brokers have it. Ctrl-C ends the run once those being sent are answered.
            Exit code: 0 all well, 1 failed, 2 wrong options, 130 stopped.
            """;

    private Help() {}
}
