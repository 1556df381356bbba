package main

import (
	"context"
	"sync"
	"time"

	"dev.exposure/comparison/record"
	"github.com/jackc/pgx/v5"
)

const watchInterval = 25 * time.Millisecond

// positionWatch notes when the stored positions of ours move. A position moves in the transaction that counts, so a time that it
// tells is at most one interval late, never early.
type positionWatch struct {
	dsn, topic string
	cancel     context.CancelFunc
	done       chan struct{}

	mutex sync.Mutex
	marks []positionMark
	life  int
}

type positionMark struct {
	partition record.Partition
	ms        int64
}

func watchPositions(dsn, topic string) *positionWatch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &positionWatch{dsn: dsn, topic: topic, cancel: cancel, done: make(chan struct{}), life: 1}
	go func() {
		defer close(w.done)
		last := map[int32]int64{}
		for ctx.Err() == nil {
			w.follow(ctx, last) // ends where the table is not there yet, or the server has gone
			_ = sleep(ctx, 200*time.Millisecond)
		}
	}()
	return w
}

func (w *positionWatch) follow(ctx context.Context, last map[int32]int64) {
	conn, err := pgx.Connect(ctx, w.dsn)
	if err != nil {
		return
	}
	defer conn.Close(context.Background())
	for ctx.Err() == nil {
		rows, err := conn.Query(ctx, `SELECT partition, next_offset FROM partition_position WHERE topic = $1 AND next_offset > 0`, w.topic)
		if err != nil {
			return
		}
		var partition int32
		var offset int64
		if _, err := pgx.ForEachRow(rows, []any{&partition, &offset}, func() error {
			if before, known := last[partition]; known && before != offset || !known {
				w.mark(partition, time.Now().UnixMilli())
			}
			last[partition] = offset
			return nil
		}); err != nil {
			return
		}
		_ = sleep(ctx, watchInterval)
	}
}

func (w *positionWatch) mark(partition int32, ms int64) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.marks = append(w.marks, positionMark{record.Partition{Life: w.life, Index: partition}, ms})
}

// nextLife says that the topic was created again: what moves from now on belongs to the new one.
func (w *positionWatch) nextLife() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.life++
}

func (w *positionWatch) into(d *record.Deliveries) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, m := range w.marks {
		d.At(m.partition, m.ms)
	}
}

func (w *positionWatch) stop() {
	w.cancel()
	<-w.done
}
