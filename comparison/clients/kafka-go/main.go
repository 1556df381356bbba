// A consumer that uses github.com/segmentio/kafka-go: a Reader with a group.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"dev.exposure/comparison/client"
	"dev.exposure/comparison/record"
	"github.com/segmentio/kafka-go"
)

func main() {
	options := client.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	client.OnTerm(cancel)
	reader := kafka.NewReader(configure(options))
	if options.Backlog > 0 {
		count(ctx, options, reader)
	} else {
		keep(ctx, options, reader)
	}
	_ = reader.Close()
}

func configure(options *client.Options) kafka.ReaderConfig {
	config := kafka.ReaderConfig{Brokers: options.Brokers, Topic: options.Topic, GroupID: options.Group, MaxBytes: 10e6}
	switch options.Start {
	case "latest":
		config.StartOffset = kafka.LastOffset
	case "earliest":
		config.StartOffset = kafka.FirstOffset
	}
	switch options.Setting {
	case "report":
		config.QueueCapacity = 2000
		config.CommitInterval = time.Second
	case "tuned":
		config.WatchPartitionChanges = true
		config.CommitInterval = time.Second
	}
	if options.Refresh > 0 {
		config.PartitionWatchInterval = options.Refresh
	}
	if options.Session > 0 {
		config.SessionTimeout = options.Session
	}
	if options.Backlog > 0 {
		config.QueueCapacity = 2000
		config.CommitInterval = 0 // commits when it is told to
	}
	return config
}

// keep writes down what is delivered.
func keep(ctx context.Context, options *client.Options, reader *kafka.Reader) {
	recorder, err := record.Open(options.Out)
	client.Must(err)
	for {
		message, err := reader.ReadMessage(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			recorder.Error(err)
			time.Sleep(100 * time.Millisecond)
			continue
		}
		client.Must(recorder.Delivered(int32(message.Partition), message.Offset, message.Value))
	}
}

// count works off the backlog.
func count(ctx context.Context, options *client.Options, reader *kafka.Reader) {
	backlog, err := client.NewBacklog(ctx, options, func(next map[int32]int64) error {
		var messages []kafka.Message
		for partition, offset := range next {
			messages = append(messages, kafka.Message{Topic: options.Topic, Partition: int(partition), Offset: offset - 1})
		}
		return reader.CommitMessages(ctx, messages...)
	})
	client.Must(err)
	for all := false; !all; {
		message, err := reader.FetchMessage(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		all = backlog.Add(int32(message.Partition), message.Offset, message.Value)
	}
	client.Must(backlog.End())
}
