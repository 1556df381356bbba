package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// processes knows everything that the runner started, so that nothing of it is left when it ends.
type processes struct {
	mutex   sync.Mutex
	running []*process
}

// process is one program that was started.
type process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{} // closed once it has ended
	log  string
	stop os.Signal // that ends it in good order
}

// start runs a program, whose output goes to a file. It gets a process group of its own, so that Ctrl-C reaches the runner alone,
// which then ends all in good order. Should the runner be killed, the kernel ends the program.
func (ps *processes) start(name, log string, cmd *exec.Cmd) (*process, error) {
	file, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	cmd.Stdout, cmd.Stderr = file, file
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	ps.mutex.Lock()
	defer ps.mutex.Unlock()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, done: make(chan struct{}), log: log, stop: syscall.SIGTERM}
	ps.running = append(ps.running, p)
	go func() {
		_ = cmd.Wait()
		close(p.done)
		ps.mutex.Lock()
		defer ps.mutex.Unlock()
		for i, other := range ps.running {
			if other == p {
				ps.running = append(ps.running[:i], ps.running[i+1:]...)
				break
			}
		}
	}()
	return p, nil
}

// endAll ends everything that still runs, the last started first.
func (ps *processes) endAll() {
	for {
		ps.mutex.Lock()
		if len(ps.running) == 0 {
			ps.mutex.Unlock()
			return
		}
		p := ps.running[len(ps.running)-1]
		ps.mutex.Unlock()
		p.end(p.stop, 20*time.Second)
	}
}

// killAll ends everything at once.
func (ps *processes) killAll() {
	ps.mutex.Lock()
	defer ps.mutex.Unlock()
	for _, p := range ps.running {
		_ = p.cmd.Process.Kill()
	}
}

func (p *process) signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// end asks the program to end, waits, and kills it where it does not.
func (p *process) end(s os.Signal, patience time.Duration) {
	p.signal(s)
	select {
	case <-p.done:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// tail returns the last bytes of its log.
func (p *process) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// cpuSeconds is the CPU time of a running program and its threads so far.
func (p *process) cpuSeconds() (float64, error) { return cpuSecondsOf(p.cmd.Process.Pid) }

// freePort returns a port of the loopback address that nobody uses at the moment.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// sleep waits, or returns early with an error once the run is to end.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// until asks again and again, each interval, until the answer is yes. It returns false once the time is over.
func until(ctx context.Context, patience, interval time.Duration, answer func() bool) (bool, error) {
	for deadline := time.Now().Add(patience); ; {
		if answer() {
			return true, nil
		}
		if time.Now().After(deadline) {
			return false, nil
		}
		if err := sleep(ctx, interval); err != nil {
			return false, err
		}
	}
}

// output runs a program to its end and returns what it printed.
func output(ctx context.Context, folder, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	text, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%s: %w\n%s%s", filepath.Base(name), err, text, exit.Stderr)
		}
		return "", err
	}
	return string(text), nil
}
