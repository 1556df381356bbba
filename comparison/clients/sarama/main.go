// A consumer that uses github.com/Shopify/sarama 1.38.1, the version of the report: Consume in a loop, offsets marked after use.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"dev.exposure/comparison/client"
	"dev.exposure/comparison/record"
	"github.com/Shopify/sarama"
)

func main() {
	options := client.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	client.OnTerm(cancel)
	config := configure(options)
	group, err := sarama.NewConsumerGroup(options.Brokers, options.Group, config)
	client.Must(err)
	var handler sarama.ConsumerGroupHandler
	var failed func(error)
	if options.Backlog > 0 {
		handler = newCounter(ctx, options, cancel)
		failed = func(err error) { fmt.Fprintln(os.Stderr, err) }
	} else {
		recorder, err := record.Open(options.Out)
		client.Must(err)
		handler = &keeper{recorder: recorder}
		failed = recorder.Error
	}
	for ctx.Err() == nil {
		if err := group.Consume(ctx, []string{options.Topic}, handler); err != nil {
			if errors.Is(err, sarama.ErrClosedConsumerGroup) {
				break
			}
			failed(err)
			time.Sleep(time.Second)
		}
	}
	_ = group.Close()
}

func configure(options *client.Options) *sarama.Config {
	config := sarama.NewConfig()
	switch options.Setting {
	case "report":
		config.Version = sarama.V0_10_2_1
	case "tuned":
		config.Version = sarama.V2_8_0_0
		// Offsets are committed with version 1 of the request, which a 4.x broker refuses, unless this is set.
		config.Consumer.Offsets.Retention = 24 * time.Hour
	}
	switch options.Start {
	case "latest":
		config.Consumer.Offsets.Initial = sarama.OffsetNewest
	case "earliest":
		config.Consumer.Offsets.Initial = sarama.OffsetOldest
	}
	if options.Refresh > 0 {
		config.Metadata.RefreshFrequency = options.Refresh
	}
	if options.Session > 0 {
		config.Consumer.Group.Session.Timeout = options.Session
	}
	if options.Backlog > 0 {
		config.Consumer.Offsets.AutoCommit.Enable = false
	}
	return config
}

// keeper writes down what is delivered. Each partition has a goroutine of its own.
type keeper struct {
	mutex    sync.Mutex
	recorder *record.Recorder
}

func (*keeper) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*keeper) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (k *keeper) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			k.mutex.Lock()
			err := k.recorder.Delivered(message.Partition, message.Offset, message.Value)
			k.mutex.Unlock()
			if err != nil {
				return err
			}
			session.MarkMessage(message, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

// counter hands what is delivered to the workers of the backlog, and ends when all is counted.
type counter struct {
	options  *client.Options
	sessions chan sarama.ConsumerGroupSession
	messages chan *sarama.ConsumerMessage
}

func newCounter(ctx context.Context, options *client.Options, end func()) *counter {
	c := &counter{options, make(chan sarama.ConsumerGroupSession, 1), make(chan *sarama.ConsumerMessage, options.Batch)}
	go func() {
		session := <-c.sessions
		var committing sync.Mutex
		backlog, err := client.NewBacklog(ctx, options, func(next map[int32]int64) error {
			committing.Lock()
			defer committing.Unlock()
			for partition, offset := range next {
				session.MarkOffset(options.Topic, partition, offset, "")
			}
			session.Commit()
			return nil
		})
		client.Must(err)
		for message := range c.messages {
			if backlog.Add(message.Partition, message.Offset, message.Value) {
				break
			}
		}
		client.Must(backlog.End())
		end()
	}()
	return c
}

func (c *counter) Setup(session sarama.ConsumerGroupSession) error { c.sessions <- session; return nil }
func (*counter) Cleanup(sarama.ConsumerGroupSession) error         { return nil }

func (c *counter) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			c.messages <- message
		case <-session.Context().Done():
			return nil
		}
	}
}
