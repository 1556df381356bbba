package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

const clockTicksPerSecond = 100 // of /proc, the same on every Linux

// cpuSecondsOf returns the CPU time that a process has taken.
func cpuSecondsOf(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text)[strings.LastIndexByte(string(text), ')')+1:])
	user, err1 := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("/proc/%d/stat can't be read", pid)
	}
	return (user + system) / clockTicksPerSecond, nil
}

// peakMegabytes returns the largest resident set of a process so far.
func peakMegabytes(pid int) int {
	return statusKilobytes(fmt.Sprintf("/proc/%d/status", pid), "VmHWM:") / 1024
}

func statusKilobytes(path, name string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, found := strings.CutPrefix(line, name); found {
			kilobytes, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return kilobytes
		}
	}
	return 0
}

// load is the load average of the last minute.
func load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	value, _ := strconv.ParseFloat(strings.Fields(string(text))[0], 64)
	return value
}

// machine describes where the runner runs, and with what.
func machine(ctx context.Context, postgres string) Machine {
	first := func(name string, args ...string) string {
		text, err := output(ctx, ".", name, args...)
		if err != nil {
			return "unknown"
		}
		line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
		return line
	}
	cpu := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, line := range strings.Split(string(text), "\n") {
			if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
				cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	return Machine{
		Cores:    runtime.NumCPU(),
		CPU:      cpu,
		MemoryGB: statusKilobytes("/proc/meminfo", "MemTotal:") / 1024 / 1024,
		Kernel:   first("uname", "-sr"),
		Java:     first("java", "--version"),
		Go:       runtime.Version(),
		Postgres: strings.TrimPrefix(first(postgres, "--version"), "postgres "),
	}
}
