package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"dev.exposure/comparison/exposure"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// newPartitionBurst is how many records each new partition gets at once, as from a producer that notices it immediately.
const newPartitionBurst = 100

// writer writes numbered records to all partitions of a topic in turn, and adds partitions. It checks that each record's number is
// the offset that it got.
type writer struct {
	topic  string
	life   int
	client *kgo.Client
	admin  *kadm.Client

	mutex  sync.Mutex
	next   []int64 // of each partition
	failed atomic.Pointer[error]

	stopLoad func()
	loadDone chan struct{}
}

// Growth is one addition of partitions.
type Growth struct {
	From, To  int
	CreatedMs int64 // when createPartitions had answered
}

// newWriter creates the topic with so many partitions.
func newWriter(ctx context.Context, b *broker, topic string, partitions int) (*writer, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(b.address), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(50*time.Millisecond),
		kgo.MetadataMinAge(20*time.Millisecond), kgo.MetadataMaxAge(time.Second), kgo.ProducerBatchCompression(kgo.Lz4Compression()),
		kgo.MaxBufferedRecords(100_000))
	if err != nil {
		return nil, err
	}
	w := &writer{topic: topic, life: 1, client: client, admin: kadm.NewClient(client)}
	if err := w.create(ctx, partitions, topic, topic+".dlt"); err != nil {
		client.Close()
		return nil, err
	}
	return w, nil
}

func (w *writer) create(ctx context.Context, partitions int, topics ...string) error {
	for _, topic := range topics {
		if _, err := w.admin.CreateTopic(ctx, int32(partitions), 1, nil, topic); err != nil {
			return fmt.Errorf("create %s: %w", topic, err)
		}
	}
	w.next = make([]int64, partitions)
	return w.awaitLeaders(ctx, partitions, false)
}

// recreate deletes the topic and creates it again, empty.
func (w *writer) recreate(ctx context.Context, pause time.Duration) (int64, error) {
	if _, err := w.admin.DeleteTopic(ctx, w.topic); err != nil {
		return 0, err
	}
	w.client.PurgeTopicsFromClient(w.topic)
	if err := sleep(ctx, pause); err != nil {
		return 0, err
	}
	w.life++
	if err := w.create(ctx, len(w.next), w.topic); err != nil {
		return 0, err
	}
	return time.Now().UnixMilli(), nil
}

// startLoad writes at a rate of records a second over all partitions, until stop.
func (w *writer) startLoad(rate int) {
	ctx, cancel := context.WithCancel(context.Background())
	w.stopLoad, w.loadDone = cancel, make(chan struct{})
	go func() {
		defer close(w.loadDone)
		begin, sent := time.Now(), 0
		for ctx.Err() == nil {
			for due := int(time.Since(begin).Seconds() * float64(rate)); sent < due; sent++ {
				w.mutex.Lock()
				w.send(sent % len(w.next))
				w.mutex.Unlock()
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
}

// stop ends the load and waits until all of it is in the log.
func (w *writer) stop(ctx context.Context) error {
	if w.stopLoad != nil {
		w.stopLoad()
		<-w.loadDone
		w.stopLoad = nil
	}
	return w.flush(ctx)
}

func (w *writer) close() {
	if w.stopLoad != nil {
		w.stopLoad()
		<-w.loadDone
	}
	w.client.Close()
}

func (w *writer) flush(ctx context.Context) error {
	if err := w.client.Flush(ctx); err != nil {
		return err
	}
	if failed := w.failed.Load(); failed != nil {
		return *failed
	}
	return nil
}

// add writes so many records to each partition at once.
func (w *writer) add(ctx context.Context, each int) error {
	w.mutex.Lock()
	for range each {
		for p := range w.next {
			w.send(p)
		}
	}
	w.mutex.Unlock()
	return w.flush(ctx)
}

// send writes the next record of a partition; the caller holds the lock.
func (w *writer) send(partition int) {
	number := exposure.Number{Life: w.life, Partition: int32(partition), Offset: w.next[partition]}
	w.next[partition]++
	value := exposure.AppendEvent(nil, number.Offset, exposure.Numbered(number, time.Now()))
	record := &kgo.Record{Topic: w.topic, Partition: number.Partition, Value: value}
	w.client.Produce(context.Background(), record, func(r *kgo.Record, err error) {
		if err == nil && r.Offset != number.Offset {
			err = fmt.Errorf("record %v was given the offset %d", number, r.Offset)
		}
		if err != nil {
			err = fmt.Errorf("writing to %s: %w", w.topic, err)
			w.failed.CompareAndSwap(nil, &err)
		}
	})
}

// grow adds partitions, and writes to each of them as soon as it has a leader.
func (w *writer) grow(ctx context.Context, to int) (Growth, error) {
	w.mutex.Lock()
	from := len(w.next)
	w.mutex.Unlock()
	answers, err := w.admin.UpdatePartitions(ctx, to, w.topic)
	if err == nil {
		err = answers.Error()
	}
	if err != nil {
		return Growth{}, err
	}
	growth := Growth{From: from, To: to, CreatedMs: time.Now().UnixMilli()}
	if err := w.awaitLeaders(ctx, to, true); err != nil {
		return Growth{}, err
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for len(w.next) < to {
		w.next = append(w.next, 0)
	}
	for range newPartitionBurst {
		for p := from; p < to; p++ {
			w.send(p)
		}
	}
	return growth, w.flush(ctx)
}

// awaitLeaders waits until each partition has a leader, and the writing half of the client knows it; that half knows only topics to
// which it has written.
func (w *writer) awaitLeaders(ctx context.Context, partitions int, written bool) error {
	led, err := until(ctx, 30*time.Second, 10*time.Millisecond, func() bool {
		m, err := w.admin.Metadata(ctx, w.topic)
		if err != nil || len(m.Topics[w.topic].Partitions) < partitions {
			return false
		}
		for _, p := range m.Topics[w.topic].Partitions {
			if p.Leader < 0 || p.Err != nil {
				return false
			}
		}
		if !written {
			return true
		}
		w.client.ForceMetadataRefresh()
		leader, _, err := w.client.PartitionLeader(w.topic, int32(partitions-1))
		return err == nil && leader >= 0
	})
	if err == nil && !led {
		err = errors.New("no leader of each partition of " + w.topic)
	}
	return err
}

// ends returns the end of each partition, after it has compared them with the log's own.
func (w *writer) ends(ctx context.Context) ([]int64, error) {
	listed, err := w.admin.ListEndOffsets(ctx, w.topic)
	if err != nil {
		return nil, err
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for p, next := range w.next {
		if end, found := listed.Lookup(w.topic, int32(p)); !found || end.Offset != next {
			return nil, fmt.Errorf("partition %d of %s ends at %d, %d were written", p, w.topic, end.Offset, next)
		}
	}
	return append([]int64(nil), w.next...), nil
}
