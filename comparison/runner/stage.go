package main

import (
	"context"
	"time"

	"dev.exposure/comparison/record"
)

// oldPartitions is how many partitions a topic has before anything happens.
const oldPartitions = 3

// stage is one topic with its writer and the groups that read it.
type stage struct {
	run      *run
	broker   *broker
	writer   *writer
	groups   []*group
	baseline []int64 // offset of each old partition from which on every record has to be delivered
	growths  []Growth
}

// prepare creates the topic, starts all groups and a load, and waits until each has delivered a record of each partition.
func (r *run) prepare(ctx context.Context, b *broker, topic string, setups []setup, members, rate int) (*stage, error) {
	w, err := newWriter(ctx, b, topic, oldPartitions)
	if err != nil {
		return nil, err
	}
	s := &stage{run: r, broker: b, writer: w}
	for _, set := range setups {
		g, err := r.newGroup(ctx, set, b, topic, members)
		if err != nil {
			s.close()
			return nil, err
		}
		s.groups = append(s.groups, g)
	}
	for i := range members {
		for _, g := range s.groups {
			if err := g.members[i].start(); err != nil {
				s.close()
				return nil, err
			}
		}
	}
	w.startLoad(rate)
	if err := s.awaitReading(ctx, oldPartitions); err != nil {
		s.close()
		return nil, err
	}
	s.baseline, err = s.endsSoFar(ctx)
	if err != nil {
		s.close()
	}
	return s, err
}

// awaitReading waits until each group has delivered something of each of the first partitions, and all members had time to join.
func (s *stage) awaitReading(ctx context.Context, partitions int) error {
	waiting := s.groups
	_, err := until(ctx, 3*time.Minute, time.Second, func() bool {
		var still []*group
		for _, g := range waiting {
			if g.readsNothing != g.broker.version && !g.reading(ctx, partitions) {
				still = append(still, g)
			}
		}
		waiting = still
		return len(waiting) == 0
	})
	for _, g := range waiting {
		s.run.progress("%s has not begun to read all partitions", g.id)
	}
	if err != nil {
		return err
	}
	return sleep(ctx, 3*time.Second)
}

// reading tells whether all members have joined, and something of each partition was delivered.
func (g *group) reading(ctx context.Context, partitions int) bool {
	d := record.New()
	if g.program == ours {
		for _, m := range g.members {
			if !m.ready() {
				return false
			}
		}
		g.watch.into(d)
	} else {
		var err error
		if d, err = g.deliveries(ctx); err != nil {
			return false
		}
	}
	for p := range partitions {
		if _, found := d.FirstMs[record.Partition{Life: 1, Index: int32(p)}]; !found {
			return false
		}
	}
	return true
}

// endsSoFar returns where each partition ends at the moment, while the load goes on.
func (s *stage) endsSoFar(ctx context.Context) ([]int64, error) {
	if err := s.writer.flush(ctx); err != nil {
		return nil, err
	}
	s.writer.mutex.Lock()
	defer s.writer.mutex.Unlock()
	return append([]int64(nil), s.writer.next...), nil
}

func (s *stage) grow(ctx context.Context, to int) error {
	growth, err := s.writer.grow(ctx, to)
	if err != nil {
		return err
	}
	s.growths = append(s.growths, growth)
	s.run.progress("%s grew from %d to %d partitions", s.writer.topic, growth.From, growth.To)
	return nil
}

// finish ends the load and waits until everyone has delivered everything, or the patience is over; then it ends all clients.
func (s *stage) finish(ctx context.Context, patience time.Duration) ([]int64, error) {
	if err := s.writer.stop(ctx); err != nil {
		return nil, err
	}
	ends, err := s.writer.ends(ctx)
	if err != nil {
		return nil, err
	}
	// Ours commits each poll, the others hand over one record after the other; a few seconds are enough for those that read at all.
	if err := sleep(ctx, patience); err != nil {
		return nil, err
	}
	s.closeGroups()
	return ends, nil
}

func (s *stage) closeGroups() {
	for _, g := range s.groups { // all at once
		for _, m := range g.members {
			if m.process != nil {
				m.ended = m.ended || m.process.ended()
			}
		}
	}
	done := make(chan struct{}, len(s.groups))
	for _, g := range s.groups {
		go func() { g.close(); done <- struct{}{} }()
	}
	for range s.groups {
		<-done
	}
}

func (s *stage) close() {
	s.closeGroups()
	s.writer.close()
}

// row tells what became of a group's records in the first life of the topic.
func (s *stage) row(ctx context.Context, g *group, ends []int64, until time.Time) (Row, *record.Deliveries, error) {
	d, err := g.deliveries(ctx)
	if err != nil {
		return Row{}, nil, err
	}
	row := Row{Program: g.program, Setting: g.setting, Start: g.start, Is: g.is, Broker: g.broker.version, Members: len(g.members),
		Odd: d.Odd, Errors: len(d.Errors)}
	if len(d.Errors) > 0 {
		row.Error = d.Errors[0]
	}
	for _, m := range g.members {
		if m.ended {
			row.Ended++
		}
	}
	for p, first := range s.baseline {
		row.Old = row.Old.Plus(d.Account(record.Partition{Life: 1, Index: int32(p)}, first, ends[p]))
	}
	for _, growth := range s.growths {
		for p := growth.From; p < growth.To; p++ {
			partition := record.Partition{Life: 1, Index: int32(p)}
			account := d.Account(partition, 0, ends[p])
			row.New = row.New.Plus(account)
			row.LostEach = append(row.LostEach, account.Lost)
			found := -1.0
			if ms, known := d.FirstMs[partition]; known {
				found = max(0, float64(ms-growth.CreatedMs)/1000)
			}
			row.Found = append(row.Found, found)
		}
	}
	if len(s.growths) > 0 {
		row.WatchedS = until.Sub(time.UnixMilli(s.growths[0].CreatedMs)).Seconds()
	}
	return row, d, nil
}

// rows tells of all groups, and frees what they used.
func (s *stage) rows(ctx context.Context, ends []int64) ([]Row, error) {
	var all []Row
	now := time.Now()
	for _, g := range s.groups {
		row, _, err := s.row(ctx, g, ends, now)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, s.drop(ctx)
}

func (s *stage) drop(ctx context.Context) error {
	for _, g := range s.groups {
		if g.database != "" {
			if err := s.run.postgres.drop(ctx, g.database); err != nil {
				return err
			}
		}
	}
	return nil
}
