// A consumer that uses github.com/twmb/franz-go.
package main

import (
	"context"
	"sync"
	"time"

	"dev.exposure/comparison/client"
	"dev.exposure/comparison/record"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	options := client.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	client.OnTerm(cancel)
	consumer, err := kgo.NewClient(configure(options)...)
	client.Must(err)
	if options.Backlog > 0 {
		count(ctx, options, consumer)
	} else {
		keep(ctx, options, consumer)
	}
	consumer.Close()
}

func configure(options *client.Options) []kgo.Opt {
	config := []kgo.Opt{kgo.SeedBrokers(options.Brokers...), kgo.ConsumerGroup(options.Group), kgo.ConsumeTopics(options.Topic)}
	switch options.Start {
	case "latest":
		config = append(config, kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()))
	case "earliest":
		config = append(config, kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	}
	if options.Refresh > 0 {
		config = append(config, kgo.MetadataMaxAge(options.Refresh), kgo.MetadataMinAge(min(options.Refresh, 2500*time.Millisecond)))
	}
	if options.Session > 0 {
		config = append(config, kgo.SessionTimeout(options.Session))
	}
	if options.Backlog > 0 {
		config = append(config, kgo.DisableAutoCommit())
	}
	return config
}

// keep writes down what is delivered.
func keep(ctx context.Context, options *client.Options, consumer *kgo.Client) {
	recorder, err := record.Open(options.Out)
	client.Must(err)
	for {
		fetches := consumer.PollFetches(ctx)
		if ctx.Err() != nil {
			break
		}
		fetches.EachError(func(_ string, _ int32, err error) { recorder.Error(err) })
		fetches.EachRecord(func(r *kgo.Record) { client.Must(recorder.Delivered(r.Partition, r.Offset, r.Value)) })
	}
	closing, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	_ = consumer.CommitUncommittedOffsets(closing)
}

// count works off the backlog.
func count(ctx context.Context, options *client.Options, consumer *kgo.Client) {
	var mutex sync.Mutex
	epochs := map[int32]int32{}
	backlog, err := client.NewBacklog(ctx, options, func(next map[int32]int64) error {
		offsets := map[int32]kgo.EpochOffset{}
		mutex.Lock()
		for partition, offset := range next {
			offsets[partition] = kgo.EpochOffset{Epoch: epochs[partition], Offset: offset}
		}
		mutex.Unlock()
		consumer.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{options.Topic: offsets}, nil)
		return nil
	})
	client.Must(err)
	for all := false; !all; {
		fetches := consumer.PollRecords(ctx, options.Batch)
		if ctx.Err() != nil {
			return
		}
		fetches.EachPartition(func(fetched kgo.FetchTopicPartition) {
			if n := len(fetched.Records); n > 0 {
				mutex.Lock()
				epochs[fetched.Partition] = fetched.Records[n-1].LeaderEpoch
				mutex.Unlock()
			}
			for _, r := range fetched.Records {
				all = backlog.Add(r.Partition, r.Offset, r.Value) || all
			}
		})
	}
	client.Must(backlog.End())
}
