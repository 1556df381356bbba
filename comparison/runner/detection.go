package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// DetectionRow is what an idle instance of ours costs at an interval of intake.partition-detection.
type DetectionRow struct {
	Partitions       int
	Interval         string
	RequestBytesPerS float64 // that the broker received
	AnswerBytesPerS  float64 // that it sent
	InstanceCPUMilli float64 // milliseconds of CPU a second
	BrokerCPUMilli   float64 // the same, beyond what the broker takes without the instance
}

// detection measures what looking for partitions more often costs, with one instance that has nothing to read.
func detection(ctx context.Context, r *run) (Result, error) {
	counts, intervals, length := []int{1, 100, 1000}, []string{"5m", "3s", "1s"}, 30*time.Second
	if r.quick {
		counts, intervals, length = []int{100}, []string{"3s", "1s"}, 10*time.Second
	}
	b := r.brokers[newBroker]
	var rows []DetectionRow
	for _, partitions := range counts {
		topic := fmt.Sprintf("detection-%d", partitions)
		w, err := newWriter(ctx, b, topic, partitions)
		if err != nil {
			return Result{}, err
		}
		w.close()
		// A broker is busy for a while with partitions that it has just made.
		if err := sleep(ctx, 2*length); err != nil {
			return Result{}, err
		}
		before, err := b.process.cpuSeconds()
		if err != nil {
			return Result{}, err
		}
		if err := sleep(ctx, length); err != nil {
			return Result{}, err
		}
		after, err := b.process.cpuSeconds()
		if err != nil {
			return Result{}, err
		}
		alone := (after - before) / length.Seconds() * 1000
		for _, interval := range intervals {
			row, err := r.idle(ctx, b, topic, interval, length)
			if err != nil {
				return Result{}, err
			}
			row.Partitions, row.BrokerCPUMilli = partitions, row.BrokerCPUMilli-alone
			r.progress("detection: %d partitions, %s: %.0f bytes/s of answers", partitions, interval, row.AnswerBytesPerS)
			rows = append(rows, row)
		}
	}
	return Result{Detection: rows}, nil
}

// idle runs one instance on an empty topic.
func (r *run) idle(ctx context.Context, b *broker, topic, interval string, length time.Duration) (DetectionRow, error) {
	r.sequence++
	database := fmt.Sprintf("detection_%d", r.sequence)
	if err := r.postgres.create(ctx, database); err != nil {
		return DetectionRow{}, err
	}
	port, err := freePort()
	if err != nil {
		return DetectionRow{}, err
	}
	cmd := exec.Command("java", "-Xmx300m", "-jar", r.oursJar, fmt.Sprintf("--server.port=%d", port), "--server.address=127.0.0.1",
		"--spring.kafka.bootstrap-servers="+b.address, "--intake.topics="+topic, "--spring.kafka.consumer.group-id="+database,
		"--intake.partition-detection="+interval, "--spring.datasource.url="+r.postgres.jdbcURL(database), "--spring.datasource.username=postgres",
		"--spring.datasource.password=none")
	cmd.Dir = r.work
	p, err := r.processes.start(database, filepath.Join(r.work, database+".log"), cmd)
	if err != nil {
		return DetectionRow{}, err
	}
	defer p.end(syscall.SIGTERM, 45*time.Second)
	m := &member{port: port}
	ready, err := until(ctx, 3*time.Minute, time.Second, m.ready)
	if err == nil && !ready {
		err = fmt.Errorf("%s is not ready:\n%s", database, p.tail())
	}
	if err == nil {
		err = sleep(ctx, 15*time.Second) // what the start took of the compiler's time is over
	}
	if err != nil {
		return DetectionRow{}, err
	}
	begin, err := takeSample(p, b)
	if err == nil {
		err = sleep(ctx, length)
	}
	if err != nil {
		return DetectionRow{}, err
	}
	end, err := takeSample(p, b)
	seconds := end.at.Sub(begin.at).Seconds()
	return DetectionRow{Interval: interval, RequestBytesPerS: (end.received - begin.received) / seconds, AnswerBytesPerS: (end.sent - begin.sent) / seconds,
		InstanceCPUMilli: (end.cpu - begin.cpu) / seconds * 1000,
		BrokerCPUMilli:   (end.brokerCPU - begin.brokerCPU) / seconds * 1000}, err
}

// trafficSample is what instance and broker have taken so far.
type trafficSample struct {
	at             time.Time
	received, sent float64 // bytes that the broker read and wrote; nothing else talks to it
	cpu, brokerCPU float64
}

func takeSample(p *process, b *broker) (trafficSample, error) {
	cpu, err := p.cpuSeconds()
	if err != nil {
		return trafficSample{}, err
	}
	brokerCPU, err := b.process.cpuSeconds()
	if err != nil {
		return trafficSample{}, err
	}
	// Sockets count among what a process reads and writes.
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", b.process.cmd.Process.Pid))
	if err != nil {
		return trafficSample{}, err
	}
	return trafficSample{at: time.Now(), received: field(string(text), "rchar:"), sent: field(string(text), "wchar:"), cpu: cpu, brokerCPU: brokerCPU}, nil
}

// field reads the number after a name in a file of /proc.
func field(text, name string) float64 {
	for _, line := range strings.Split(text, "\n") {
		if rest, found := strings.CutPrefix(line, name); found {
			value, _ := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			return value
		}
	}
	return 0
}
