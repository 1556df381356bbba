// Package client is what the Go clients share: their options, and the work on a batch of the backlog.
package client

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// Options are the same for every client.
type Options struct {
	Brokers []string
	Topic   string
	Group   string
	Start   string        // where a group without an offset starts: latest or earliest; empty is the client's default
	Refresh time.Duration // how often metadata is asked for; 0 is the client's default
	Session time.Duration // session time-out of the group; 0 is the client's default
	Setting string        // report: as in the report; default; tuned

	Out string // file of deliveries; used where Backlog is 0

	Backlog int64  // ends after so many records, which it counts in PostgreSQL
	JSON    string // library that decodes: std, sonic or fastjson
	DSN     string // of PostgreSQL
	Workers int    // goroutines that decode and count, each with a connection of its own
	Batch   int    // records a transaction
}

// Parse reads the command line.
func Parse() *Options {
	o := &Options{}
	brokers := flag.String("brokers", "127.0.0.1:9092", "bootstrap servers, separated by commas")
	flag.StringVar(&o.Topic, "topic", "", "")
	flag.StringVar(&o.Group, "group", "", "")
	flag.StringVar(&o.Start, "start", "", "latest, earliest; empty: the client's default")
	flag.DurationVar(&o.Refresh, "refresh", 0, "of metadata; 0: the client's default")
	flag.DurationVar(&o.Session, "session", 0, "time-out; 0: the client's default")
	flag.StringVar(&o.Setting, "setting", "default", "report, default or tuned")
	flag.StringVar(&o.Out, "out", "", "file of deliveries")
	flag.Int64Var(&o.Backlog, "backlog", 0, "count so many records in PostgreSQL, then end")
	flag.StringVar(&o.JSON, "json", "fastjson", "std, sonic or fastjson")
	flag.StringVar(&o.DSN, "dsn", "", "of PostgreSQL")
	flag.IntVar(&o.Workers, "workers", 1, "")
	flag.IntVar(&o.Batch, "batch", 5000, "records a transaction")
	flag.Parse()
	o.Brokers = strings.Split(*brokers, ",")
	return o
}

// OnTerm calls stop once on SIGTERM. A client that does not end within 20 s then is ended.
func OnTerm(stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		time.AfterFunc(20*time.Second, func() { Fail(fmt.Errorf("not ended 20 s after SIGTERM")) })
		stop()
	}()
}

// Fail ends the program with a message.
func Fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Must ends the program where there is an error.
func Must(err error) {
	if err != nil {
		Fail(err)
	}
}
