package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"dev.exposure/comparison/exposure"
	"dev.exposure/comparison/record"
	"github.com/jackc/pgx/v5"
)

// group is the members of one consumer group that reads a topic, all with the same set-up.
type group struct {
	setup
	run      *run
	broker   *broker
	topic    string
	id       string
	database string // ours only
	members  []*member
	watch    *positionWatch // ours only
}

// member is one instance of a client, which may be started several times.
type member struct {
	group   *group
	index   int
	out     string
	port    int // of the HTTP server; ours only
	process *process
	starts  int
	ended   bool // it ended by itself
}

// newGroup prepares a group; nothing runs yet.
func (r *run) newGroup(ctx context.Context, s setup, b *broker, topic string, members int) (*group, error) {
	g := &group{setup: s, run: r, broker: b, topic: topic, id: topic + "-" + s.name()}
	for i := range members {
		m := &member{group: g, index: i, out: filepath.Join(r.work, fmt.Sprintf("%s.%d.deliveries", g.id, i))}
		g.members = append(g.members, m)
	}
	if s.program != ours {
		return g, nil
	}
	for _, m := range g.members {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		m.port = port
	}
	g.database = strings.NewReplacer("-", "_", ".", "_").Replace(g.id)
	if err := r.postgres.create(ctx, g.database); err != nil {
		return nil, err
	}
	g.watch = watchPositions(r.postgres.dsn(g.database), topic)
	return g, nil
}

// start starts a member that does not run.
func (m *member) start() error {
	g := m.group
	m.starts++
	var err error
	m.process, err = g.run.processes.start(fmt.Sprintf("%s.%d", g.id, m.index), strings.TrimSuffix(m.out, ".deliveries")+".log", g.run.command(m))
	return err
}

// command is how its users start the client.
func (r *run) command(m *member) *exec.Cmd {
	g := m.group
	var cmd *exec.Cmd
	switch g.program {
	case spring:
		args := []string{"-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", r.springJar, "--comparison.out=" + m.out,
			"--comparison.topic=" + g.topic, "--spring.kafka.bootstrap-servers=" + g.broker.address, "--spring.kafka.consumer.group-id=" + g.id,
			"--spring.kafka.consumer.auto-offset-reset=" + g.start}
		if g.setting == tuned {
			args = append(args, "--spring.kafka.consumer.properties.metadata.max.age.ms=1000", "--spring.kafka.consumer.properties.session.timeout.ms=10000")
		}
		cmd = exec.Command("java", args...)
	case ours:
		cmd = exec.Command("java", "-Xmx300m", "-XX:TieredStopAtLevel=1", "-jar", r.oursJar, fmt.Sprintf("--server.port=%d", m.port),
			"--server.address=127.0.0.1", "--spring.kafka.bootstrap-servers="+g.broker.address, "--intake.topics="+g.topic,
			"--intake.initial-position="+g.start, "--spring.kafka.consumer.group-id="+g.id,
			"--spring.datasource.url="+r.postgres.jdbcURL(g.database), "--spring.datasource.username=postgres", "--spring.datasource.password=none")
	default:
		args := []string{"-brokers", g.broker.address, "-topic", g.topic, "-group", g.id, "-out", m.out, "-setting", g.setting, "-start", g.start}
		if g.setting == tuned {
			args = append(args, "-refresh", "1s", "-session", "10s")
		}
		cmd = exec.Command(r.program(g.program), args...)
	}
	cmd.Dir = r.work
	return cmd
}

// stop asks a member to end, and waits for it.
func (m *member) stop() {
	m.ended = m.ended || m.process.ended()
	m.process.end(syscall.SIGTERM, 45*time.Second)
}

// kill ends a member as kill -9 does.
func (m *member) kill() {
	m.ended = m.ended || m.process.ended()
	m.process.signal(syscall.SIGKILL)
	<-m.process.done
}

// ready tells whether ours has joined; the others can't be asked.
func (m *member) ready() bool {
	_, err := get(context.Background(), fmt.Sprintf("http://127.0.0.1:%d/actuator/health/readiness", m.port))
	return err == nil
}

// get returns what a server answers with 200.
func get(ctx context.Context, url string) (string, error) {
	ctx, done := context.WithTimeout(ctx, 10*time.Second)
	defer done()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, response.Status)
	}
	return string(text), err
}

// deliveries reads what all members delivered.
func (g *group) deliveries(ctx context.Context) (*record.Deliveries, error) {
	if g.program != ours {
		var paths []string
		for _, m := range g.members {
			paths = append(paths, m.out)
		}
		return record.Read(paths...)
	}
	conn, err := pgx.Connect(ctx, g.run.postgres.dsn(g.database))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	return countedDeliveries(ctx, conn, g.watch)
}

// countedDeliveries makes deliveries of what ours counted: each record has an ad id of its own, so its count says how often it was
// counted. When a partition was counted, its position tells, which moves in the same transaction.
func countedDeliveries(ctx context.Context, conn *pgx.Conn, watch *positionWatch) (*record.Deliveries, error) {
	d := record.New()
	rows, err := conn.Query(ctx, `SELECT ad_id, sum(exposures)::bigint FROM exposure_count GROUP BY ad_id`)
	if err != nil {
		return nil, err
	}
	var ad string
	var times int
	_, err = pgx.ForEachRow(rows, []any{&ad, &times}, func() error {
		number, ok := exposure.Parse(ad)
		if !ok || times < 1 {
			d.Odd++
			return nil
		}
		d.Add(number, 0, times)
		return nil
	})
	watch.into(d)
	return d, err
}

// close ends the members and what belongs to the group.
func (g *group) close() {
	for _, m := range g.members {
		if m.process != nil && !m.process.ended() {
			m.process.signal(syscall.SIGTERM)
		} else {
			m.ended = m.process != nil
		}
	}
	for _, m := range g.members {
		if m.process != nil {
			m.process.end(syscall.SIGTERM, 45*time.Second)
		}
	}
	if g.watch != nil {
		g.watch.stop()
	}
}
