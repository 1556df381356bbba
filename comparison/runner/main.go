// The runner of the comparison: starts brokers, PostgreSQL and clients, lets things happen to them, and tells what each client lost,
// read twice, and took. Everything listens on the loopback address, and is ended when the runner ends.
package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// run is one call of the runner.
type run struct {
	repository, comparison, target, results, work string
	springJar, oursJar, givenJar, postgresFolder  string

	quick     bool
	buildOnly bool
	clients   []string // that are run beside ours; all where it is empty
	begin     time.Time
	machine   Machine
	load      float64
	processes processes
	brokers   map[string]*broker
	postgres  *postgres
	sequence  int

	mutex  sync.Mutex
	ending []func()
}

func main() {
	quick := flag.Bool("quick", false, "fewer clients, shorter")
	writeDocs := flag.Bool("write-docs", false, "write tables and chart into docs/")
	render := flag.Bool("render", false, "run nothing, tell what the last runs found")
	buildOnly := flag.Bool("build", false, "only build the programs")
	clients := flag.String("clients", "", "only these clients, separated by commas, and exposure-intake")
	jar := flag.String("jar", "", "exposure-intake to compare, instead of one built from this repository")
	repository := flag.String("repository", ".", "")
	flag.Usage = usage
	flag.Parse()
	folder, err := filepath.Abs(*repository)
	if err != nil {
		fail(err)
	}
	r := &run{repository: folder, comparison: filepath.Join(folder, "comparison"), target: filepath.Join(folder, "target/comparison"),
		quick: *quick, buildOnly: *buildOnly, begin: time.Now(), load: load(), givenJar: *jar}
	if *clients != "" {
		r.clients = strings.Split(*clients, ",")
	}
	r.results = filepath.Join(r.target, "results")
	if *quick {
		r.results = filepath.Join(r.target, "results-quick")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	switch {
	case *render:
	case *buildOnly:
		err = r.build(ctx)
	default:
		err = r.perform(ctx, flag.Args())
	}
	if err == nil && !*buildOnly {
		err = r.tell(*writeDocs)
	}
	if err != nil {
		fail(err)
	}
}

func usage() {
	fmt.Fprintln(flag.CommandLine.Output(), "comparison/run [--quick] [--clients a,b] [--write-docs] [--render] [--build] [SCENARIO...]")
	flag.PrintDefaults()
	for _, s := range scenarios {
		fmt.Fprintf(flag.CommandLine.Output(), "  %-14s %s\n", s.name, s.title)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "comparison:", err)
	os.Exit(1)
}

// progress tells what happens, on standard error.
func (r *run) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%5.0f s  %s\n", time.Since(r.begin).Seconds(), fmt.Sprintf(format, args...))
}

// atEnd remembers what has to be done when the run ends, however it ends.
func (r *run) atEnd(f func()) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.ending = append(r.ending, f)
}

func (r *run) end() {
	r.processes.endAll()
	for _, f := range slices.Backward(r.ending) {
		f()
	}
}

// perform runs the named scenarios, or all, and saves what they find.
func (r *run) perform(ctx context.Context, names []string) error {
	chosen, err := choose(names, r.quick)
	if err != nil {
		return err
	}
	for _, client := range r.clients {
		if libraryNames[client] == "" {
			return fmt.Errorf("no client %q; there are %s", client, strings.Join(slices.Sorted(maps.Keys(libraryNames)), ", "))
		}
	}
	if err := r.build(ctx); err != nil {
		return err
	}
	r.work = filepath.Join(r.target, "work")
	if err := os.RemoveAll(r.work); err != nil {
		return err
	}
	if err := os.MkdirAll(r.work, 0o755); err != nil {
		return err
	}
	defer r.end()
	go func() { // a second Ctrl-C, or one that nobody heeds for long, ends all at once
		<-ctx.Done()
		again := make(chan os.Signal, 1)
		signal.Notify(again, syscall.SIGINT, syscall.SIGTERM)
		select {
		case <-again:
		case <-time.After(90 * time.Second):
		}
		r.processes.killAll()
	}()
	if err := r.startServers(ctx); err != nil {
		return err
	}
	r.machine = machine(ctx, filepath.Join(r.postgresFolder, "postgres"))
	r.machine.Commit = r.commit(ctx)
	for _, s := range chosen {
		r.progress("%s: %s", s.name, s.title)
		begin := time.Now()
		result, err := s.run(ctx, r)
		if err != nil {
			if ctx.Err() != nil {
				return errors.New("stopped")
			}
			return fmt.Errorf("%s: %w", s.name, err)
		}
		result.Scenario, result.Quick, result.Machine, result.Load = s.name, r.quick, r.machine, r.load
		result.Date, result.Seconds = begin.UTC().Format("2006-01-02 15:04"), int(time.Since(begin).Seconds())
		if result.Versions, err = r.versions(); err != nil {
			return err
		}
		if err := r.save(result); err != nil {
			return err
		}
	}
	r.progress("all is done; what was started is ended")
	return nil
}

func choose(names []string, quick bool) ([]scenario, error) {
	var chosen []scenario
	for _, s := range scenarios {
		if slices.Contains(names, s.name) || len(names) == 0 && (s.quick || !quick) {
			chosen = append(chosen, s)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(scenarios, func(s scenario) bool { return s.name == name }) {
			return nil, fmt.Errorf("no scenario %q; --help lists them", name)
		}
	}
	return chosen, nil
}

func (r *run) startServers(ctx context.Context) error {
	r.brokers = map[string]*broker{}
	var err error
	for _, version := range []string{newBroker, oldBroker} {
		if r.brokers[version], err = r.startBroker(ctx, version); err != nil {
			return err
		}
		r.progress("broker %s serves", version)
	}
	r.postgres, err = r.startPostgres(ctx)
	return err
}

// tools are what the programs are built and run with, in the order in which they are said to be missing.
var tools = []struct{ name, what string }{
	{"go", "Go 1.26 or newer"},
	{"gcc", "a C compiler (confluent-kafka-go)"},
	{"java", "a Java runtime, 17 or newer"},
	{"javac", "a JDK, 17 or newer"},
}

func missingTools() []string {
	var missing []string
	for _, tool := range tools {
		if _, err := exec.LookPath(tool.name); err != nil {
			missing = append(missing, tool.what)
		}
	}
	return missing
}

// build makes all programs that are older than their sources, or says what is missing for that. To build only, no server is needed.
func (r *run) build(ctx context.Context) error {
	missing := missingTools()
	var found bool
	if r.postgresFolder, found = findPostgres(); !found && !r.buildOnly {
		missing = append(missing, "PostgreSQL (initdb and postgres, on the path or in Debian's place)")
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing on this machine: %s", strings.Join(missing, "; "))
	}
	r.progress("builds the clients")
	for _, program := range goPrograms {
		folder := filepath.Join(r.comparison, "clients", program)
		if _, err := output(ctx, folder, "go", "build", "-o", r.program(program), "."); err != nil {
			return err
		}
	}
	r.springJar = filepath.Join(r.target, "spring/spring.jar")
	if older(r.springJar, filepath.Join(r.comparison, "clients/spring")) {
		r.progress("builds the Spring client")
		if _, err := r.maven(ctx, "-f", filepath.Join(r.comparison, "clients/spring/pom.xml"), "package"); err != nil {
			return err
		}
	}
	if r.givenJar != "" {
		r.oursJar = r.givenJar
		return nil
	}
	if r.oursJar = r.findOurs(); r.oursJar == "" || older(r.oursJar, filepath.Join(r.repository, "src/main"), filepath.Join(r.repository, "pom.xml")) {
		r.progress("builds exposure-intake")
		if _, err := r.maven(ctx, "package", "-DskipTests"); err != nil {
			return err
		}
		if r.oursJar = r.findOurs(); r.oursJar == "" {
			return errors.New("no jar of exposure-intake in target/")
		}
	}
	return nil
}

func (r *run) program(name string) string { return filepath.Join(r.target, "bin", name) }

// findOurs returns the executable jar, which has a name of its own where there is a plain one beside it.
func (r *run) findOurs() string {
	for _, pattern := range []string{"exposure-intake-*-exec.jar", "exposure-intake-*.jar"} {
		found, _ := filepath.Glob(filepath.Join(r.repository, "target", pattern))
		found = slices.DeleteFunc(found, func(path string) bool {
			return strings.HasSuffix(path, "-sources.jar") || strings.HasSuffix(path, "-javadoc.jar")
		})
		if len(found) == 1 {
			return found[0]
		}
	}
	return ""
}

// older tells whether a file is missing, or older than one of those under the paths. A jar that is built reproducibly has a fixed time
// of modification, so that of the last change of its inode is taken.
func older(file string, paths ...string) bool {
	var built syscall.Stat_t
	if err := syscall.Stat(file, &built); err != nil {
		return true
	}
	since := time.Unix(built.Ctim.Unix())
	newer := false
	for _, path := range paths {
		_ = filepath.WalkDir(path, func(_ string, entry os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if info, err := entry.Info(); err == nil && !entry.IsDir() && info.ModTime().After(since) {
				newer = true
			}
			return nil
		})
	}
	return newer
}

// versions of the libraries, as they are in the programs.
func (r *run) versions() (map[string]string, error) {
	all := map[string]string{spring: "Spring Boot " + between(filepath.Join(r.comparison, "clients/spring/pom.xml"), "<version>", "</version>"),
		ours: strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(r.oursJar), "exposure-intake-"), ".jar"), "-exec")}
	for _, program := range goPrograms {
		info, err := buildinfo.ReadFile(r.program(program))
		if err != nil {
			return nil, err
		}
		for _, module := range info.Deps {
			if module.Path == modules[program] {
				all[program] = strings.TrimSuffix(strings.TrimPrefix(module.Version, "v"), "+incompatible")
			}
		}
	}
	return all, nil
}

func between(file, begin, end string) string {
	text, _ := os.ReadFile(file)
	_, rest, _ := strings.Cut(string(text), begin)
	value, _, _ := strings.Cut(rest, end)
	return value
}

func (r *run) commit(ctx context.Context) string {
	text, err := output(ctx, r.repository, "git", "describe", "--always", "--dirty")
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(text)
}
