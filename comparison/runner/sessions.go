package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"dev.exposure/comparison/exposure"
	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// sessionInstances of ours run at the same time, each in a group of its own, so that some minutes hold hours of membership.
const sessionInstances = 6

// SessionsRow is what became of the memberships in one phase.
type SessionsRow struct {
	Phase            string
	Instances        int
	Minutes          float64
	RecordsPerSecond float64 // counted by all instances together
	Rebalances       int     // that the coordinator began, after all had joined
	SessionsTimedOut int     // members that it removed as it heard nothing from them for the session time-out
	LoadAverage      float64
}

// sessions proves that the default session time-out of ours holds on a machine that has far too little CPU: a small heap, a backlog
// that never ends, then also processes that take the CPU away. The coordinator's log tells of each rebalance and its reason.
func sessions(ctx context.Context, r *run) (Result, error) {
	length := 5 * time.Minute
	if r.quick {
		length = 20 * time.Second
	}
	var rows []SessionsRow
	for _, phase := range []string{"full load", "full load, starved of CPU"} {
		row, err := r.hold(ctx, phase, strings.Contains(phase, "starved"), length)
		if err != nil {
			return Result{}, err
		}
		r.progress("sessions, %s: %d rebalances in %.0f member-minutes", phase, row.Rebalances, row.Minutes*float64(row.Instances))
		rows = append(rows, row)
	}
	return Result{Sessions: rows}, nil
}

func (r *run) hold(ctx context.Context, phase string, starve bool, length time.Duration) (SessionsRow, error) {
	b := r.brokers[newBroker]
	r.sequence++
	topic := fmt.Sprintf("sessions-%d", r.sequence)
	flood, err := startFlood(ctx, b, topic)
	if err != nil {
		return SessionsRow{}, err
	}
	defer flood.stop()
	var members []*process
	defer func() {
		for _, p := range members {
			p.signal(syscall.SIGTERM)
		}
		for _, p := range members {
			p.end(syscall.SIGTERM, 60*time.Second)
		}
	}()
	var databases []string
	for i := range sessionInstances {
		database := fmt.Sprintf("sessions_%d_%d", r.sequence, i)
		databases = append(databases, database)
		if err := r.postgres.create(ctx, database); err != nil {
			return SessionsRow{}, err
		}
		port, err := freePort()
		if err != nil {
			return SessionsRow{}, err
		}
		cmd := exec.Command("nice", "-n", "10", "java", "-Xmx128m", "-jar", r.oursJar, fmt.Sprintf("--server.port=%d", port), "--server.address=127.0.0.1",
			"--spring.kafka.bootstrap-servers="+b.address, "--intake.topics="+topic, fmt.Sprintf("--spring.kafka.consumer.group-id=%s-group%d", topic, i),
			"--spring.datasource.url="+r.postgres.jdbcURL(database), "--spring.datasource.username=postgres", "--spring.datasource.password=none")
		cmd.Dir = r.work
		p, err := r.processes.start(database, filepath.Join(r.work, database+".log"), cmd)
		if err != nil {
			return SessionsRow{}, err
		}
		members = append(members, p)
	}
	counting, err := until(ctx, 5*time.Minute, time.Second, func() bool {
		for _, database := range databases {
			if n, err := r.countedIn(ctx, database); err != nil || n == 0 {
				return false
			}
		}
		return true
	})
	if err == nil && !counting {
		err = fmt.Errorf("not all of %d instances began to count", sessionInstances)
	}
	if err == nil {
		err = sleep(ctx, 10*time.Second)
	}
	if err != nil {
		return SessionsRow{}, err
	}
	if starve {
		for i := range 2 * r.machine.Cores {
			p, err := r.processes.start("burner", filepath.Join(r.work, "burner.log"), exec.Command("sh", "-c", "while :; do :; done"))
			if err != nil {
				return SessionsRow{}, fmt.Errorf("burner %d: %w", i, err)
			}
			defer p.end(syscall.SIGKILL, time.Second)
		}
	}
	begin, logBegin, countedBefore := time.Now(), logSize(b.process.log), r.countedInAll(ctx, databases)
	if err := sleep(ctx, length); err != nil {
		return SessionsRow{}, err
	}
	minutes := time.Since(begin).Minutes()
	row := SessionsRow{Phase: phase, Instances: sessionInstances, Minutes: minutes, LoadAverage: load(),
		RecordsPerSecond: float64(r.countedInAll(ctx, databases)-countedBefore) / minutes / 60}
	row.Rebalances, row.SessionsTimedOut, err = rebalances(b.process.log, logBegin, topic)
	return row, err
}

func (r *run) countedIn(ctx context.Context, database string) (int64, error) {
	conn, err := pgx.Connect(ctx, r.postgres.dsn(database))
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	return position(ctx, conn)
}

func (r *run) countedInAll(ctx context.Context, databases []string) int64 {
	var sum int64
	for _, database := range databases {
		n, err := r.countedIn(ctx, database)
		if err != nil {
			r.progress("positions of %s: %v", database, err)
		}
		sum += n
	}
	return sum
}

func logSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// rebalances counts what the coordinator said since then about groups whose name begins so.
func rebalances(path string, from int64, groups string) (begun, timedOut int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	for _, line := range strings.Split(string(text[min(from, int64(len(text))):]), "\n") {
		if !strings.Contains(line, "group "+groups) {
			continue
		}
		if strings.Contains(line, "Preparing to rebalance group") {
			begun++
		}
		if strings.Contains(line, "has failed, removing it from the group") {
			timedOut++
		}
	}
	return begun, timedOut, nil
}

// flood writes exposures as fast as a rate allows, without end.
type flood struct {
	cancel context.CancelFunc
	done   chan struct{}
}

const floodPerSecond = 30_000

func startFlood(ctx context.Context, b *broker, topic string) (*flood, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(b.address), kgo.ProducerLinger(50*time.Millisecond), kgo.ProducerBatchCompression(kgo.Lz4Compression()),
		kgo.MaxBufferedRecords(50_000))
	if err != nil {
		return nil, err
	}
	for _, t := range []string{topic, topic + ".dlt"} {
		if _, err := kadm.NewClient(client).CreateTopic(ctx, backlogPartitions, 1, nil, t); err != nil {
			client.Close()
			return nil, err
		}
	}
	flooding, cancel := context.WithCancel(ctx)
	f := &flood{cancel, make(chan struct{})}
	go func() {
		defer close(f.done)
		defer client.Close()
		generator := exposure.NewBacklog()
		begin, sent := time.Now(), 0
		for flooding.Err() == nil {
			for due := int(time.Since(begin).Seconds() * floodPerSecond); sent < due && flooding.Err() == nil; sent++ {
				client.Produce(flooding, &kgo.Record{Topic: topic, Value: exposure.AppendEvent(nil, int64(sent)*900, generator.Next())}, nil)
			}
			_ = sleep(flooding, 10*time.Millisecond)
		}
	}()
	return f, nil
}

func (f *flood) stop() {
	f.cancel()
	<-f.done
}
