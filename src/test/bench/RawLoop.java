import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The least that a consumer can do, in a process of its own: polls a topic to its end with the settings of the service, and looks
 * at the length of each value. What the service takes is compared with it. It is run from its source, because a second class
 * with a main method among the tests would keep spring-boot:test-run from finding the demo.
 */
final class RawLoop {

    private RawLoop() {}

    /** Arguments: brokers, topic, records of warm-up, records in all. Prints the nanoseconds, and those of CPU, after the warm-up. */
    public static void main(String[] arguments) {
        long warmUp = Long.parseLong(arguments[2]);
        long all = Long.parseLong(arguments[3]);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                arguments[0],
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                20_000,
                ConsumerConfig.RECEIVE_BUFFER_CONFIG,
                1024 * 1024,
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                256 * 1024,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                4 * 1024 * 1024);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(arguments[1]).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long records = 0;
            long bytes = 0;
            long measuredFrom = 0;
            long begin = 0;
            long beginCpu = 0;
            while (records < all) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    bytes += record.value().length;
                    records++;
                }
                if (begin == 0 && records >= warmUp) {
                    measuredFrom = records;
                    begin = System.nanoTime();
                    beginCpu = system.getProcessCpuTime();
                }
            }
            System.out.println("measured " + (records - measuredFrom) + " " + (System.nanoTime() - begin) + " "
                    + (system.getProcessCpuTime() - beginCpu) + " of bytes " + bytes);
        }
    }
}
