package client

import "context"

// Backlog gathers records into batches and hands them to its workers, each of which has its own partitions. One goroutine adds.
type Backlog struct {
	options *Options
	inputs  []chan []Record
	batches [][]Record
	errs    chan error
	running int
	added   int64
}

// NewBacklog starts the workers. Each calls commit with the next offsets once a batch is in the database; commit is called by
// several goroutines.
func NewBacklog(ctx context.Context, o *Options, commit func(next map[int32]int64) error) (*Backlog, error) {
	b := &Backlog{options: o, batches: make([][]Record, o.Workers), errs: make(chan error, o.Workers), running: o.Workers}
	for i := range o.Workers {
		w, err := newWorker(ctx, o)
		if err != nil {
			return nil, err
		}
		input := make(chan []Record, 1)
		b.inputs = append(b.inputs, input)
		b.batches[i] = make([]Record, 0, o.Batch)
		go func() {
			for batch := range input {
				next, err := w.do(ctx, batch)
				if err == nil {
					err = commit(next)
				}
				Must(err)
			}
			b.errs <- w.conn.Close(ctx)
		}()
	}
	return b, nil
}

// Add takes a record, whose value must not change later. It tells whether all of the backlog has been added.
func (b *Backlog) Add(partition int32, offset int64, value []byte) bool {
	i := int(partition) % len(b.batches)
	b.batches[i] = append(b.batches[i], Record{partition, offset, value})
	b.added++
	if len(b.batches[i]) >= b.options.Batch {
		b.flush(i)
	}
	return b.added >= b.options.Backlog
}

func (b *Backlog) flush(i int) {
	if len(b.batches[i]) > 0 {
		b.inputs[i] <- b.batches[i]
		b.batches[i] = make([]Record, 0, b.options.Batch)
	}
}

// End works off what is left, and waits until all is in the database and committed.
func (b *Backlog) End() error {
	for i, input := range b.inputs {
		b.flush(i)
		close(input)
	}
	for range b.running {
		if err := <-b.errs; err != nil {
			return err
		}
	}
	return nil
}
