package dev.exposure.intake.consumer;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/** Listener container without consumers: it remembers what it is told, and its condition is what a test says. */
public final class FakeContainer implements MessageListenerContainer {

    public final AtomicInteger rebalances = new AtomicInteger();
    private final Map<String, Map<MetricName, ? extends Metric>> metrics = new HashMap<>();
    private volatile boolean running;
    private volatile boolean pauseRequested;
    private final Set<TopicPartition> pausedPartitions = ConcurrentHashMap.newKeySet();
    private volatile boolean expected = true;
    private volatile @Nullable RuntimeException startFailure;
    private final AtomicInteger starts = new AtomicInteger();

    public ListenerContainer asListenerContainer() {
        return new ListenerContainer(new KafkaListenerEndpointRegistry() {
            @Override
            public MessageListenerContainer getListenerContainer(String id) {
                return FakeContainer.this;
            }
        });
    }

    /** How often it was started. */
    public int starts() {
        return starts.get();
    }

    /** Fails the next start. */
    public void failStart(RuntimeException failure) {
        startFailure = failure;
    }

    /** Has a consumer ended by itself. */
    public void die() {
        expected = false;
    }

    /** Has a consumer whose last poll was so long ago; NaN before its first. */
    public void lastPoll(String consumer, Object seconds) {
        MetricName name = new MetricName("last-poll-seconds-ago", "consumer-metrics", "", Map.of());
        metrics.put(consumer, Map.of(name, new Metric() {
            @Override
            public MetricName metricName() {
                return name;
            }

            @Override
            public Object metricValue() {
                return seconds;
            }
        }));
    }

    @Override
    public void setupMessageListener(Object messageListener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Map<MetricName, ? extends Metric>> metrics() {
        return metrics;
    }

    @Override
    public void start() {
        starts.incrementAndGet();
        RuntimeException failure = startFailure;
        if (failure != null) {
            startFailure = null;
            running = true; // as the real one does, before it makes its consumers
            throw failure;
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public void stop(Runnable stopped) {
        stop();
        stopped.run();
    }

    @Override
    public boolean isChildRunning() {
        return running;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isInExpectedState() {
        return expected;
    }

    @Override
    public void pause() {
        pauseRequested = true;
    }

    @Override
    public void resume() {
        pauseRequested = false;
    }

    @Override
    public boolean isPauseRequested() {
        return pauseRequested;
    }

    @Override
    public void pausePartition(TopicPartition partition) {
        pausedPartitions.add(partition);
    }

    @Override
    public void resumePartition(TopicPartition partition) {
        pausedPartitions.remove(partition);
    }

    @Override
    public boolean isPartitionPauseRequested(TopicPartition partition) {
        return pausedPartitions.contains(partition);
    }

    @Override
    public void enforceRebalance() {
        rebalances.incrementAndGet();
    }
}
