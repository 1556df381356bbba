package main

import (
	"slices"
	"strings"
)

// Programs, one for each client library.
const (
	sarama        = "sarama"
	ibmSarama     = "ibm-sarama"
	saramaCluster = "sarama-cluster"
	kafkaGo       = "kafka-go"
	confluent     = "confluent"
	franzGo       = "franz-go"
	spring        = "spring"
	ours          = "exposure-intake"
)

var goPrograms = []string{sarama, ibmSarama, saramaCluster, kafkaGo, confluent, franzGo}

// modules that give the versions of the Go clients.
var modules = map[string]string{
	sarama: "github.com/Shopify/sarama", ibmSarama: "github.com/IBM/sarama", saramaCluster: "github.com/bsm/sarama-cluster",
	kafkaGo: "github.com/segmentio/kafka-go", confluent: "github.com/confluentinc/confluent-kafka-go/v2", franzGo: "github.com/twmb/franz-go",
}

// setup is a client with its settings.
type setup struct {
	program string
	setting string // report: as in the report; default; tuned
	start   string // of a group without offsets: latest or earliest
	is      string // what the setting is, in words

	// readsNothing names the broker on which the client is known to read nothing, so that nobody waits for it to begin.
	readsNothing string
}

func (s setup) name() string { return strings.Join([]string{s.program, s.setting, s.start}, "-") }

const (
	asReported = "report"
	byDefault  = "default"
	tuned      = "tuned"
	latest     = "latest"
	earliest   = "earliest"

	newBroker = "4.4.0"
	oldBroker = "3.9.1"
)

// The settings as in the report, and those of a client that is left at its defaults.
var reportSetups = []setup{
	{program: sarama, setting: asReported, start: latest, is: "V0_10_2_1, refresh 10 min", readsNothing: newBroker},
	{program: saramaCluster, setting: asReported, start: earliest, is: "V0_10_2_1, refresh 1 min", readsNothing: newBroker},
	{program: kafkaGo, setting: asReported, start: latest, is: "no watch of partitions"},
	{program: confluent, setting: asReported, start: earliest, is: "refresh 5 min"},
}

var defaultSetups = slices.Concat([]setup{
	{program: sarama, setting: byDefault, start: latest, is: "V1_0_0_0, refresh 10 min"},
	{program: saramaCluster, setting: byDefault, start: latest, is: "refresh 10 min", readsNothing: newBroker},
	{program: kafkaGo, setting: byDefault, start: earliest, is: "no watch of partitions"},
	{program: confluent, setting: byDefault, start: latest, is: "refresh 5 min"},
}, bothStarts(byDefault, map[string]string{ibmSarama: "refresh 10 min", franzGo: "refresh 5 min", spring: "refresh 5 min",
	ours: "refresh 1 s"}, ibmSarama, franzGo, spring, ours))

// Tuned for what is compared: metadata every second, session time-out 10 s. Ours has no other setting than its default.
var tunedSetups = slices.Concat(bothStarts(tuned, map[string]string{
	sarama: "V2_8_0_0, refresh 1 s, Offsets.Retention 24 h", ibmSarama: "V2_8_0_0, refresh 1 s", saramaCluster: "MaxVersion, refresh 1 s",
	kafkaGo: "WatchPartitionChanges each 1 s", confluent: "refresh 1 s", franzGo: "refresh 1 s", spring: "refresh 1 s",
}, sarama, ibmSarama, kafkaGo, confluent, franzGo, spring), bothStarts(byDefault, map[string]string{ours: "refresh 1 s"}, ours))

// Old clients that a 3.9 broker still serves.
var oldSetups = []setup{
	{program: sarama, setting: asReported, start: latest, is: "V0_10_2_1, refresh 10 min"},
	{program: saramaCluster, setting: asReported, start: earliest, is: "V0_10_2_1, refresh 1 min"},
	{program: ours, setting: byDefault, start: latest, is: "refresh 1 s"},
}

var oldTunedSetups = append(bothStarts(tuned, map[string]string{
	sarama: "V2_8_0_0, refresh 1 s, Offsets.Retention 24 h", saramaCluster: "MaxVersion, refresh 1 s"}, sarama, saramaCluster),
	setup{program: ours, setting: byDefault, start: latest, is: "refresh 1 s"})

func bothStarts(setting string, is map[string]string, programs ...string) []setup {
	var all []setup
	for _, program := range programs {
		for _, start := range []string{latest, earliest} {
			all = append(all, setup{program: program, setting: setting, start: start, is: is[program]})
		}
	}
	return all
}

// startingAt leaves those with this start.
func startingAt(start string, setups []setup) []setup {
	var some []setup
	for _, s := range setups {
		if s.start == start {
			some = append(some, s)
		}
	}
	return some
}

// of leaves those of these programs.
func of(setups []setup, programs ...string) []setup {
	var some []setup
	for _, s := range setups {
		for _, program := range programs {
			if s.program == program {
				some = append(some, s)
			}
		}
	}
	return some
}
