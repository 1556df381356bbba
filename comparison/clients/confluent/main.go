// A consumer that uses github.com/confluentinc/confluent-kafka-go, which wraps librdkafka.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"dev.exposure/comparison/client"
	"dev.exposure/comparison/record"
	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

func main() {
	options := client.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	client.OnTerm(cancel)
	consumer, err := kafka.NewConsumer(configure(options))
	client.Must(err)
	client.Must(consumer.SubscribeTopics([]string{options.Topic}, nil))
	if options.Backlog > 0 {
		count(ctx, options, consumer)
	} else {
		keep(ctx, options, consumer)
	}
	_ = consumer.Close()
}

func configure(options *client.Options) *kafka.ConfigMap {
	config := kafka.ConfigMap{"bootstrap.servers": strings.Join(options.Brokers, ","), "group.id": options.Group}
	if options.Start != "" {
		config["auto.offset.reset"] = options.Start
	}
	if options.Refresh > 0 {
		config["topic.metadata.refresh.interval.ms"] = int(options.Refresh.Milliseconds())
	}
	if options.Session > 0 {
		config["session.timeout.ms"] = int(options.Session.Milliseconds())
	}
	if options.Backlog > 0 {
		config["enable.auto.commit"] = false
		if options.Setting == "tuned" {
			config["fetch.queue.backoff.ms"] = 5 // 1 s by default, in which a fast reader waits
		}
	}
	return &config
}

// keep writes down what is delivered.
func keep(ctx context.Context, options *client.Options, consumer *kafka.Consumer) {
	recorder, err := record.Open(options.Out)
	client.Must(err)
	for ctx.Err() == nil {
		message, err := consumer.ReadMessage(time.Second)
		if err == nil {
			client.Must(recorder.Delivered(message.TopicPartition.Partition, int64(message.TopicPartition.Offset), message.Value))
			continue
		}
		var failure kafka.Error
		if !errors.As(err, &failure) || !failure.IsTimeout() {
			recorder.Error(err)
		}
	}
}

// count works off the backlog.
func count(ctx context.Context, options *client.Options, consumer *kafka.Consumer) {
	backlog, err := client.NewBacklog(ctx, options, func(next map[int32]int64) error {
		var offsets []kafka.TopicPartition
		for partition, offset := range next {
			offsets = append(offsets, kafka.TopicPartition{Topic: &options.Topic, Partition: partition, Offset: kafka.Offset(offset)})
		}
		_, err := consumer.CommitOffsets(offsets)
		return err
	})
	client.Must(err)
	for all := false; !all && ctx.Err() == nil; {
		switch event := consumer.Poll(100).(type) {
		case *kafka.Message:
			all = backlog.Add(event.TopicPartition.Partition, int64(event.TopicPartition.Offset), event.Value)
		case kafka.Error:
			fmt.Fprintln(os.Stderr, event)
		}
	}
	client.Must(backlog.End())
}
