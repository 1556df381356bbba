package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"dev.exposure/comparison/exposure"
	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	backlogTopic      = "backlog"
	backlogPartitions = 4
	filebeatBatch     = 200 // records that go to one partition before the next one is chosen
)

// work is one way to work off the backlog.
type work struct {
	program, setting, json string
	workers                int
}

func (w work) name() string {
	return fmt.Sprintf("%s-%s-%s-%d", w.program, w.setting, w.json, w.workers)
}

// works are the ways that are compared. fastjson was the fastest library for Go, on every client, so the others are tried with one.
func works(quick bool) []work {
	all := []work{{ours, byDefault, "own", 1}}
	for _, program := range []string{franzGo, kafkaGo, ibmSarama, confluent} {
		all = append(all, work{program, tuned, "fastjson", 1})
		if !quick {
			all = append(all, work{program, tuned, "fastjson", 2})
		}
	}
	all = append(all, work{spring, tuned, "Jackson", 1})
	if !quick {
		all = append(all, work{ours, byDefault, "own", 2}, work{spring, tuned, "Jackson", 2}, work{sarama, tuned, "fastjson", 1}, work{sarama, tuned, "fastjson", 2},
			work{confluent, byDefault, "fastjson", 1}, work{franzGo, tuned, "sonic", 1}, work{franzGo, tuned, "std", 1})
	}
	return all
}

// backlog lets each way work off the same records, in turn, and compares each table with the one that must come out, row by row.
func backlog(ctx context.Context, r *run) (Result, error) {
	records, rounds := 2_000_000, 2
	if r.quick {
		records, rounds = 200_000, 1
	}
	b := r.brokers[newBroker]
	r.progress("backlog: writes %d records", records)
	expected, err := writeBacklog(ctx, b, records)
	if err != nil {
		return Result{}, err
	}
	result := Result{Records: records}
	all := slices.DeleteFunc(works(r.quick), func(w work) bool {
		return w.program != ours && len(r.clients) > 0 && !slices.Contains(r.clients, w.program)
	})
	for round := range rounds {
		// Each round begins with another one, so that none always runs on a cold or a hot machine.
		for i := range all {
			w := all[(i+round*5)%len(all)]
			row, err := r.workOff(ctx, b, w, records, expected)
			if err != nil {
				return Result{}, fmt.Errorf("%s: %w", w.name(), err)
			}
			r.progress("backlog, round %d of %d: %-32s %8.0f records/s, %5.2f CPU s a million, exact %v",
				round+1, rounds, w.name(), row.PerSecond, row.CPUPerMillion, row.Exact)
			result.BacklogRows = append(result.BacklogRows, row)
		}
	}
	return result, nil
}

// writeBacklog fills the topic and returns the rows that must be counted.
func writeBacklog(ctx context.Context, b *broker, records int) ([]string, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(b.address), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(50*time.Millisecond),
		kgo.ProducerBatchCompression(kgo.Lz4Compression()), kgo.MaxBufferedRecords(50_000))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	for _, topic := range []string{backlogTopic, backlogTopic + ".dlt"} {
		if _, err := kadm.NewClient(client).CreateTopic(ctx, backlogPartitions, 1, nil, topic); err != nil {
			return nil, err
		}
	}
	generator := exposure.NewBacklog()
	var failed atomic.Int64
	for i := range records {
		value := exposure.AppendEvent(nil, int64(i)*900, generator.Next())
		record := &kgo.Record{Topic: backlogTopic, Partition: int32(i / filebeatBatch % backlogPartitions), Value: value}
		client.Produce(ctx, record, func(_ *kgo.Record, err error) {
			if err != nil {
				failed.Add(1)
			}
		})
	}
	if err := client.Flush(ctx); err != nil {
		return nil, err
	}
	if failed.Load() > 0 {
		return nil, fmt.Errorf("%d records of the backlog were not written", failed.Load())
	}
	return generator.Rows(), nil
}

// progressMark is how far a program has come.
type progressMark struct {
	at      time.Time
	records int64
	cpu     float64
}

// workOff starts a program on an empty database and measures it by the positions in PostgreSQL, for all programs alike.
func (r *run) workOff(ctx context.Context, b *broker, w work, records int, expected []string) (BacklogRow, error) {
	r.sequence++
	database := fmt.Sprintf("backlog_%d", r.sequence)
	if err := r.postgres.create(ctx, database); err != nil {
		return BacklogRow{}, err
	}
	conn, err := pgx.Connect(ctx, r.postgres.dsn(database))
	if err != nil {
		return BacklogRow{}, err
	}
	defer conn.Close(context.Background())
	cmd, err := r.workCommand(b, w, database, records)
	if err != nil {
		return BacklogRow{}, err
	}
	cmd.Dir = r.work
	begin := time.Now()
	p, err := r.processes.start(w.name(), filepath.Join(r.work, database+".log"), cmd)
	if err != nil {
		return BacklogRow{}, err
	}
	defer p.end(syscall.SIGTERM, 45*time.Second)
	patience := 5 * time.Minute
	if r.quick {
		patience = time.Minute
	}
	marks, peak, err := follow(ctx, conn, p, int64(records), patience)
	if err != nil {
		return BacklogRow{}, fmt.Errorf("%w\n%s", err, p.tail())
	}
	last := marks[len(marks)-1]
	half := marks[slices.IndexFunc(marks, func(m progressMark) bool { return m.records >= int64(records)/2 })] // before it, they warm up
	row := BacklogRow{Program: w.program, Setting: w.setting, JSON: w.json, Workers: w.workers, WallS: last.at.Sub(begin).Seconds(), PeakMB: peak}
	if n := float64(last.records - half.records); n > 0 {
		row.PerSecond = n / last.at.Sub(half.at).Seconds()
		row.CPUPerMillion = (last.cpu - half.cpu) / n * 1e6
	}
	counted, err := countedRows(ctx, conn)
	if err != nil {
		return BacklogRow{}, err
	}
	row.Exact = slices.Equal(counted, expected)
	p.end(syscall.SIGTERM, 45*time.Second)
	_ = conn.Close(ctx)
	return row, r.postgres.drop(ctx, database)
}

func (r *run) workCommand(b *broker, w work, database string, records int) (*exec.Cmd, error) {
	switch w.program {
	case ours:
		port, err := freePort()
		return exec.Command("java", "-Xmx512m", "-jar", r.oursJar, fmt.Sprintf("--server.port=%d", port), "--server.address=127.0.0.1",
			"--spring.kafka.bootstrap-servers="+b.address, "--intake.topics="+backlogTopic, "--spring.kafka.consumer.group-id="+database,
			fmt.Sprintf("--spring.kafka.listener.concurrency=%d", w.workers), "--spring.datasource.url="+r.postgres.jdbcURL(database),
			"--spring.datasource.username=postgres", "--spring.datasource.password=none"), err
	case spring:
		return exec.Command("java", "-Xmx512m", "-jar", r.springJar, "--spring.profiles.active=backlog", "--comparison.topic="+backlogTopic,
			"--spring.kafka.bootstrap-servers="+b.address, "--spring.kafka.consumer.group-id="+database,
			fmt.Sprintf("--spring.kafka.listener.concurrency=%d", w.workers), "--spring.datasource.url="+r.postgres.jdbcURL(database),
			"--spring.datasource.username=postgres", "--spring.datasource.password=none"), nil
	}
	return exec.Command(r.program(w.program), "-brokers", b.address, "-topic", backlogTopic, "-group", database, "-setting", w.setting, "-start", earliest,
		"-backlog", fmt.Sprint(records), "-json", w.json, "-workers", fmt.Sprint(w.workers), "-dsn", r.postgres.dsn(database)), nil
}

// follow notes the program's progress until it has counted everything.
func follow(ctx context.Context, conn *pgx.Conn, p *process, records int64, patience time.Duration) (marks []progressMark, peakMB int, err error) {
	for deadline := time.Now().Add(patience); ; {
		cpu, cpuErr := p.cpuSeconds()
		counted, err := position(ctx, conn)
		if err != nil {
			return nil, 0, err
		}
		if counted > 0 && (len(marks) == 0 || counted != marks[len(marks)-1].records) {
			if cpuErr != nil && len(marks) > 0 { // it has ended
				cpu = marks[len(marks)-1].cpu
			}
			marks = append(marks, progressMark{time.Now(), counted, cpu})
		}
		peakMB = max(peakMB, peakMegabytes(p.cmd.Process.Pid))
		if counted >= records {
			return marks, peakMB, nil
		}
		if p.ended() || time.Now().After(deadline) {
			return nil, 0, fmt.Errorf("only %d of %d records were counted", counted, records)
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return nil, 0, err
		}
	}
}

// position is the sum of the stored positions; 0 where there is no table yet.
func position(ctx context.Context, conn *pgx.Conn) (int64, error) {
	var sum int64
	err := conn.QueryRow(ctx, `SELECT coalesce(sum(next_offset), 0)::bigint FROM partition_position`).Scan(&sum)
	if noTable(err) {
		return 0, nil
	}
	return sum, err
}

func countedRows(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, `SELECT concat_ws('|', extract(epoch FROM minute)::bigint, campaign_id, ad_id, slot_id, exposures, price_micros)
		FROM exposure_count`)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	slices.Sort(all)
	return all, err
}

const undefinedTable = "42P01"

func noTable(err error) bool {
	var failure interface{ SQLState() string }
	return errors.As(err, &failure) && failure.SQLState() == undefinedTable
}
