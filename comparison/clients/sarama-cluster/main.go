// A consumer that uses github.com/bsm/sarama-cluster with the old sarama that it needs.
package main

import (
	"time"

	"dev.exposure/comparison/client"
	"dev.exposure/comparison/record"
	"github.com/Shopify/sarama"
	cluster "github.com/bsm/sarama-cluster"
)

func main() {
	options := client.Parse()
	recorder, err := record.Open(options.Out)
	client.Must(err)
	consumer, err := cluster.NewConsumer(options.Brokers, options.Group, []string{options.Topic}, configure(options))
	if err != nil {
		recorder.Error(err)
	}
	client.Must(err)
	client.OnTerm(func() { _ = consumer.Close() })
	errors, notifications := consumer.Errors(), consumer.Notifications()
	for {
		select {
		case message, open := <-consumer.Messages():
			if !open {
				return
			}
			client.Must(recorder.Delivered(message.Partition, message.Offset, message.Value))
			consumer.MarkOffset(message, "")
		case err, open := <-errors:
			if !open {
				errors = nil
			} else {
				recorder.Error(err)
			}
		case _, open := <-notifications:
			if !open {
				notifications = nil
			}
		}
	}
}

func configure(options *client.Options) *cluster.Config {
	config := cluster.NewConfig()
	config.Consumer.Return.Errors = true
	config.Group.Return.Notifications = true
	switch options.Setting {
	case "report":
		config.Version = sarama.V0_10_2_1
		config.Consumer.MaxWaitTime = 800 * time.Millisecond
		config.Consumer.Offsets.CommitInterval = time.Second
		config.Metadata.RefreshFrequency = time.Minute
	case "tuned":
		config.Version = sarama.MaxVersion
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
		config.Group.Session.Timeout = options.Session
	}
	return config
}
