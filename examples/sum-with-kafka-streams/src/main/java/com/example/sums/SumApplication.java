package com.example.sums;

import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** Runs until it is stopped; the first argument names the brokers. */
public final class SumApplication {

    private SumApplication() {}

    public static void main(String[] args) throws InterruptedException {
        String brokers = args.length > 0 ? args[0] : "localhost:9092";
        CountDownLatch stopped = new CountDownLatch(1);
        KafkaStreams streams = create(brokers, System.getProperty("java.io.tmpdir") + "/exposure-sums", 1);
        // A thread that fails is replaced, and its partitions are read again from the last commit.
        streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            streams.close();
            stopped.countDown();
        }));
        streams.start();
        stopped.await();
    }

    /**
     * Creates an instance that is not started yet.
     *
     * @param brokers addresses of the brokers
     * @param directory where RocksDB keeps the state; no two instances may share it
     * @param replicas copies of the state's changelog; 3 where there are as many brokers
     */
    static KafkaStreams create(String brokers, String directory, int replicas) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "exposure-sums");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        // Results and offsets in one transaction; it reads only what is committed.
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicas);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        return new KafkaStreams(SumTopology.build(), settings);
    }
}
