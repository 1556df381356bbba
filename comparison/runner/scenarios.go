package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"dev.exposure/comparison/record"
)

// scenario is one thing that happens to all clients alike.
type scenario struct {
	name  string
	title string
	run   func(context.Context, *run) (Result, error)
	quick bool // part of a quick run
}

var scenarios = []scenario{
	{"growth", "A topic grows, clients as in the report and at their defaults", growth, false},
	{"growth-tuned", "A topic grows, clients tuned to notice it soon", growthTuned, true},
	{"stopped", "Partitions are added while the client is stopped", stopped, false},
	{"members", "Two members; a topic grows in the middle of a rolling restart", members, false},
	{"killed", "kill -9 under load", killed, true},
	{"recreated", "The topic is deleted and created again", recreated, true},
	{"backlog", "The same work: a backlog decoded, counted and written to PostgreSQL", backlog, true},
	{"sessions", "A session time-out of 10 s under full load and starvation", sessions, false},
	{"detection", "What it costs to look for partitions more often", detection, false},
}

// lane is the clients that read one topic.
type lane struct {
	version string
	setups  []setup
}

// onEachLane does as onLanes with one lane after the other, where all at once would take programs so long to start that their start is
// all that could be measured.
func (r *run) onEachLane(ctx context.Context, name string, lanes []lane, members, rate int, play func(context.Context, *stage) ([]Row, error)) ([]Row, error) {
	var all []Row
	for _, l := range lanes {
		rows, err := r.onLanes(ctx, name, []lane{l}, members, rate, play)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// onLanes prepares a stage for each lane, all at once, then lets play do what the scenario is about with each.
func (r *run) onLanes(ctx context.Context, name string, lanes []lane, members, rate int, play func(context.Context, *stage) ([]Row, error)) ([]Row, error) {
	type outcome struct {
		rows []Row
		err  error
	}
	lanes = r.chosen(lanes)
	outcomes := make([]chan outcome, len(lanes))
	prepared := make(chan error, len(lanes))
	begin := make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for i, l := range lanes {
		outcomes[i] = make(chan outcome, 1)
		go func() {
			s, err := r.prepare(ctx, r.brokers[l.version], name+"-"+digits(l.version), l.setups, members, rate)
			prepared <- err
			if err != nil {
				cancel()
				outcomes[i] <- outcome{err: err}
				return
			}
			defer s.close()
			select { // nothing happens to one while others still start, which would slow it down
			case <-begin:
			case <-ctx.Done():
				outcomes[i] <- outcome{err: ctx.Err()}
				return
			}
			rows, err := play(ctx, s)
			if err != nil {
				cancel()
			}
			outcomes[i] <- outcome{rows, err}
		}()
	}
	ready := true
	for range lanes {
		ready = <-prepared == nil && ready
	}
	if ready {
		r.progress("%s: all have begun", name)
		close(begin)
	}
	var all []Row
	var failure error
	for _, o := range outcomes {
		one := <-o
		all = append(all, one.rows...)
		if failure == nil || failure == context.Canceled {
			failure = one.err
		}
	}
	return all, failure
}

// chosen leaves the clients that this run is about.
func (r *run) chosen(lanes []lane) []lane {
	if len(r.clients) == 0 {
		return lanes
	}
	var some []lane
	for _, l := range lanes {
		if setups := of(l.setups, append(slices.Clone(r.clients), ours)...); len(setups) > 0 {
			some = append(some, lane{l.version, setups})
		}
	}
	return some
}

func digits(version string) string {
	text := ""
	for _, c := range version {
		if c >= '0' && c <= '9' {
			text += string(c)
		}
	}
	return text
}

// growth watches for longer than the slowest default, 10 minutes.
func growth(ctx context.Context, r *run) (Result, error) {
	at := []time.Duration{40 * time.Second, 140 * time.Second, 260 * time.Second}
	setups := slices.Concat(reportSetups, defaultSetups)
	return r.growths(ctx, "growth", []lane{{newBroker, setups}, {oldBroker, oldSetups}}, 100, at, 400*time.Second)
}

func growthTuned(ctx context.Context, r *run) (Result, error) {
	if r.quick {
		lanes := []lane{{newBroker, slices.Concat(tunedSetups, of(reportSetups, sarama, saramaCluster))}, {oldBroker, of(oldTunedSetups, sarama, saramaCluster)}}
		return r.growths(ctx, "growth-tuned", lanes, 300, []time.Duration{time.Second, 12 * time.Second}, 15*time.Second)
	}
	at := []time.Duration{time.Second, 22600 * time.Millisecond, 44200 * time.Millisecond, 66800 * time.Millisecond, 88400 * time.Millisecond}
	return r.growths(ctx, "growth-tuned", []lane{{newBroker, tunedSetups}, {oldBroker, oldTunedSetups}}, 300, at, 30*time.Second)
}

// growths adds three partitions at each of the times, and goes on for a while after the last.
func (r *run) growths(ctx context.Context, name string, lanes []lane, rate int, at []time.Duration, after time.Duration) (Result, error) {
	rows, err := r.onLanes(ctx, name, lanes, 1, rate, func(ctx context.Context, s *stage) ([]Row, error) {
		begin := time.Now()
		for i, t := range at {
			if err := sleep(ctx, time.Until(begin.Add(t))); err != nil {
				return nil, err
			}
			if err := s.grow(ctx, oldPartitions*(i+2)); err != nil {
				return nil, err
			}
		}
		if err := sleep(ctx, after); err != nil {
			return nil, err
		}
		ends, err := s.finish(ctx, 5*time.Second)
		if err != nil {
			return nil, err
		}
		return s.rows(ctx, ends)
	})
	return Result{Rows: rows}, err
}

// stopped adds partitions and writes to them while no client runs.
func stopped(ctx context.Context, r *run) (Result, error) {
	lanes := []lane{{newBroker, slices.Concat(of(defaultSetups, kafkaGo, confluent, franzGo, spring, ours, ibmSarama), of(tunedSetups, sarama))}, {oldBroker, oldSetups}}
	if !r.quick {
		lanes[0].setups = slices.Concat(lanes[0].setups, of(reportSetups, kafkaGo, confluent))
	}
	const written = 150
	rows, err := r.onLanes(ctx, "stopped", lanes, 1, 150, func(ctx context.Context, s *stage) ([]Row, error) {
		if err := sleep(ctx, 8*time.Second); err != nil { // long enough for each to commit, some do each 5 s
			return nil, err
		}
		if err := s.writer.stop(ctx); err != nil {
			return nil, err
		}
		if err := sleep(ctx, 2*time.Second); err != nil {
			return nil, err
		}
		s.each(func(m *member) error { m.stop(); return nil })
		if err := s.grow(ctx, 2*oldPartitions); err != nil {
			return nil, err
		}
		if err := s.writer.add(ctx, written); err != nil {
			return nil, err
		}
		if err := s.each(func(m *member) error { return m.start() }); err != nil {
			return nil, err
		}
		if err := s.awaitStarted(ctx); err != nil {
			return nil, err
		}
		s.writer.startLoad(300)
		if err := sleep(ctx, 10*time.Second); err != nil {
			return nil, err
		}
		ends, err := s.finish(ctx, 5*time.Second)
		if err != nil {
			return nil, err
		}
		return s.rows(ctx, ends)
	})
	return Result{Rows: rows}, err
}

// each does the same with each member, at the same time.
func (s *stage) each(do func(*member) error) error {
	var errs []chan error
	for _, g := range s.groups {
		for _, m := range g.members {
			done := make(chan error, 1)
			errs = append(errs, done)
			go func() { done <- do(m) }()
		}
	}
	var failure error
	for _, done := range errs {
		if err := <-done; err != nil {
			failure = err
		}
	}
	return failure
}

// awaitStarted gives restarted clients the time to join: those of the JVM need the longest. Ours can be asked.
func (s *stage) awaitStarted(ctx context.Context) error {
	ready, err := until(ctx, 5*time.Minute, time.Second, func() bool {
		for _, g := range s.groups {
			for _, m := range g.members {
				if g.program == ours && !m.ready() {
					return false
				}
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	if !ready { // what it has not read then is not lost
		return errors.New("exposure-intake was not ready again within 5 minutes: this machine is too busy")
	}
	return sleep(ctx, 6*time.Second)
}

// members restarts two members one after the other, and adds partitions between.
func members(ctx context.Context, r *run) (Result, error) {
	lanes := []lane{{newBroker, startingAt(latest, tunedSetups)}, {oldBroker, startingAt(latest, oldTunedSetups)}}
	if r.quick {
		lanes = lanes[:1]
	}
	rows, err := r.onEachLane(ctx, "members", lanes, 2, 300, func(ctx context.Context, s *stage) ([]Row, error) {
		steps := []func() error{
			func() error { return s.restart(ctx, 0) },
			func() error { return s.grow(ctx, 2*oldPartitions) },
			func() error { return s.restart(ctx, 1) },
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return nil, err
			}
			if err := sleep(ctx, 5*time.Second); err != nil {
				return nil, err
			}
		}
		if err := s.awaitStarted(ctx); err != nil {
			return nil, err
		}
		if err := sleep(ctx, 15*time.Second); err != nil {
			return nil, err
		}
		ends, err := s.finish(ctx, 5*time.Second)
		if err != nil {
			return nil, err
		}
		return s.rows(ctx, ends)
	})
	return Result{Rows: rows}, err
}

// restart stops the i-th member of each group in good order and starts it again.
func (s *stage) restart(ctx context.Context, i int) error {
	s.run.progress("members %d are restarted", i+1)
	return s.each(func(m *member) error {
		if m.index != i {
			return nil
		}
		m.stop()
		return m.start()
	})
}

// killed kills each client under load and starts it again at once.
func killed(ctx context.Context, r *run) (Result, error) {
	times, pause := 3, 60*time.Second
	setups := slices.Concat(startingAt(latest, of(defaultSetups, ibmSarama, confluent, franzGo, spring, ours)), of(reportSetups, kafkaGo))
	lanes := []lane{{newBroker, setups}, {oldBroker, oldSetups}}
	if r.quick {
		times = 1
		lanes = lanes[:1]
	}
	rows, err := r.onEachLane(ctx, "killed", lanes, 1, 900, func(ctx context.Context, s *stage) ([]Row, error) {
		if err := sleep(ctx, 7*time.Second); err != nil {
			return nil, err
		}
		var kills []int64
		for i := range times {
			s.run.progress("kill -9, %d of %d", i+1, times)
			kills = append(kills, time.Now().UnixMilli())
			if err := s.each(func(m *member) error { m.kill(); return m.start() }); err != nil {
				return nil, err
			}
			if err := sleep(ctx, pause); err != nil {
				return nil, err
			}
		}
		ends, err := s.finish(ctx, 10*time.Second)
		if err != nil {
			return nil, err
		}
		var all []Row
		for _, g := range s.groups {
			row, d, err := s.row(ctx, g, ends, time.Now())
			if err != nil {
				return nil, err
			}
			for _, kill := range kills {
				row.Away = append(row.Away, away(d, kill))
			}
			all = append(all, row)
		}
		return all, s.drop(ctx)
	})
	return Result{Rows: rows}, err
}

// away is the longest time in seconds that one of the old partitions was not read around a kill; -1 where one was never read again.
func away(d *record.Deliveries, kill int64) float64 {
	longest := 0.0
	for p := range oldPartitions {
		ms := d.Silence(record.Partition{Life: 1, Index: int32(p)}, kill)
		if ms < 0 {
			return -1
		}
		longest = max(longest, float64(ms)/1000)
	}
	return longest
}

// recreated deletes the topic under the running clients and creates it again.
func recreated(ctx context.Context, r *run) (Result, error) {
	setups := slices.Concat(defaultSetups, of(tunedSetups, sarama))
	after := 60 * time.Second
	if r.quick {
		setups, after = slices.Concat(of(defaultSetups, ibmSarama, kafkaGo, confluent, franzGo, spring, ours), of(tunedSetups, sarama)), 30*time.Second
	}
	rows, err := r.onLanes(ctx, "recreated", []lane{{newBroker, setups}}, 1, 300, func(ctx context.Context, s *stage) ([]Row, error) {
		if err := sleep(ctx, 7*time.Second); err != nil {
			return nil, err
		}
		if err := s.writer.stop(ctx); err != nil {
			return nil, err
		}
		ends, err := s.writer.ends(ctx)
		if err != nil {
			return nil, err
		}
		if err := sleep(ctx, 7*time.Second); err != nil { // all is read and committed
			return nil, err
		}
		for _, g := range s.groups {
			if g.watch != nil {
				g.watch.nextLife()
			}
		}
		created, err := s.writer.recreate(ctx, 3*time.Second)
		if err != nil {
			return nil, err
		}
		s.run.progress("%s was deleted and created again", s.writer.topic)
		s.writer.startLoad(300)
		if err := sleep(ctx, after); err != nil {
			return nil, err
		}
		newEnds, err := s.finish(ctx, 5*time.Second)
		if err != nil {
			return nil, err
		}
		var all []Row
		for _, g := range s.groups {
			row, d, err := s.row(ctx, g, ends, time.Now())
			if err != nil {
				return nil, err
			}
			for p, end := range newEnds {
				partition := record.Partition{Life: 2, Index: int32(p)}
				row.New = row.New.Plus(d.Account(partition, 0, end))
				found := -1.0
				if ms, known := d.FirstMs[partition]; known {
					found = max(0, float64(ms-created)/1000)
				}
				row.Found = append(row.Found, found)
			}
			row.WatchedS = after.Seconds()
			all = append(all, row)
		}
		return all, s.drop(ctx)
	})
	return Result{Rows: rows}, err
}
