package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// broker is one Kafka node that is broker and controller, on the loopback address.
type broker struct {
	version string
	address string
	process *process
}

const brokerProperties = `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:%[2]d
listeners=PLAINTEXT://127.0.0.1:%[1]d,CONTROLLER://127.0.0.1:%[2]d
advertised.listeners=PLAINTEXT://127.0.0.1:%[1]d
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=%[3]s
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=5
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
# A deleted topic is gone at once, as one can see on the disk.
file.delete.delay.ms=1000
`

// startBroker starts a broker of that version and waits until it serves.
func (r *run) startBroker(ctx context.Context, version string) (*broker, error) {
	classPath, err := r.brokerClassPath(ctx, version)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(r.work, "broker-"+version)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	controllerPort, err := freePort()
	if err != nil {
		return nil, err
	}
	properties := filepath.Join(folder, "server.properties")
	text := fmt.Sprintf(brokerProperties, port, controllerPort, filepath.Join(folder, "logs"))
	if err := os.WriteFile(properties, []byte(text), 0o644); err != nil {
		return nil, err
	}
	java := []string{"-Xmx512m", "-Dlog4j2.configurationFile=" + filepath.Join(r.comparison, "broker/log4j2.xml"), "-cp", classPath}
	tool := append(append([]string{"-XX:TieredStopAtLevel=1"}, java...), "kafka.tools.StorageTool")
	if _, err := output(ctx, folder, "java", append(tool, "format", "-t", clusterID(), "-c", properties)...); err != nil {
		return nil, err
	}
	cmd := exec.Command("java", append(java, "kafka.Kafka", properties)...)
	cmd.Dir = folder
	p, err := r.processes.start("broker "+version, filepath.Join(folder, "broker.log"), cmd)
	if err != nil {
		return nil, err
	}
	up, err := until(ctx, 2*time.Minute, 200*time.Millisecond, func() bool {
		log, _ := os.ReadFile(p.log)
		return p.ended() || strings.Contains(string(log), "Kafka Server started")
	})
	if err != nil {
		return nil, err
	}
	if !up || p.ended() {
		return nil, fmt.Errorf("the broker %s did not start:\n%s", version, p.tail())
	}
	return &broker{version: version, address: fmt.Sprintf("127.0.0.1:%d", port), process: p}, nil
}

// clusterID makes an id as Kafka's own tool does: 16 random bytes in URL-safe Base64, not beginning with a '-'.
func clusterID() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:])
	bytes[0] &= 0x7f
	return base64.RawURLEncoding.EncodeToString(bytes[:])
}

// brokerClassPath asks Maven, which loads what is missing into its local repository.
func (r *run) brokerClassPath(ctx context.Context, version string) (string, error) {
	cache := filepath.Join(r.target, "broker-"+version+".classpath")
	if text, err := os.ReadFile(cache); err == nil && allExist(strings.Split(string(text), ":")) {
		return string(text), nil
	}
	r.progress("asks Maven for Kafka %s", version)
	if _, err := r.maven(ctx, "-f", filepath.Join(r.comparison, "broker/pom.xml"), "-Dkafka.version="+version, "-DincludeScope=runtime",
		"-Dmdep.outputFile="+cache, "dependency:build-classpath"); err != nil {
		return "", err
	}
	text, err := os.ReadFile(cache)
	return string(text), err
}

func (r *run) maven(ctx context.Context, args ...string) (string, error) {
	return output(ctx, r.repository, filepath.Join(r.repository, "mvnw"), append([]string{"-B", "-q", "-ntp"}, args...)...)
}

func allExist(paths []string) bool {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return false
		}
	}
	return true
}
