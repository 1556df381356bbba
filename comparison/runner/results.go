package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"dev.exposure/comparison/record"
)

// Machine is where a scenario was run.
type Machine struct {
	Cores                              int
	CPU                                string
	MemoryGB                           int
	Kernel, Java, Go, Postgres, Commit string
}

// Result is what one scenario found.
type Result struct {
	Scenario    string
	Quick       bool
	Date        string // UTC, to the minute
	Machine     Machine
	Load        float64           // load average before anything of the run was started
	Seconds     int               // that the scenario took
	Versions    map[string]string // by program
	Rows        []Row             `json:",omitempty"`
	BacklogRows []BacklogRow      `json:",omitempty"`
	Sessions    []SessionsRow     `json:",omitempty"`
	Detection   []DetectionRow    `json:",omitempty"`
	Records     int               `json:",omitempty"` // of the backlog
}

// Row is what one group did in a scenario.
type Row struct {
	Program, Setting, Start, Is, Broker string
	Members                             int
	Old                                 record.Account // of the partitions that were there before anything happened
	New                                 record.Account // of those that came later
	Found                               []float64      `json:",omitempty"` // seconds until the first record of each new partition came; -1 where none did
	LostEach                            []int64        `json:",omitempty"` // of each new partition
	WatchedS                            float64        `json:",omitempty"` // from the first growth to the end
	Away                                []float64      `json:",omitempty"` // seconds without a record of its partitions after each kill; -1 where none came again
	Odd                                 int
	Errors                              int
	Error                               string `json:",omitempty"` // the first
	Ended                               int    `json:",omitempty"` // members that ended by themselves
}

func (r Row) lost() int64  { return r.Old.Lost + r.New.Lost }
func (r Row) twice() int64 { return r.Old.Twice + r.New.Twice }

// readNothing tells whether nothing at all was delivered.
func (r Row) readNothing() bool { return r.Old.Delivered == 0 && r.New.Delivered == 0 }

// BacklogRow is one run over the backlog.
type BacklogRow struct {
	Program, Setting, JSON string
	Workers                int
	PerSecond              float64 // over the second half of the records
	CPUPerMillion          float64 // seconds, the same part
	WallS                  float64 // from the start of the program until all was counted
	PeakMB                 int
	Exact                  bool
}

// save writes a result to the folder of results.
func (r *run) save(result Result) error {
	text, err := json.MarshalIndent(result, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.results, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.results, result.Scenario+".json"), append(text, '\n'), 0o644)
}

// saved reads what the last run of each scenario found, in the order of the scenarios.
func (r *run) saved() ([]Result, error) {
	var all []Result
	for _, s := range scenarios {
		text, err := os.ReadFile(filepath.Join(r.results, s.name+".json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var result Result
		if err := json.Unmarshal(text, &result); err != nil {
			return nil, err
		}
		all = append(all, result)
	}
	return all, nil
}

// median of values, of which those below 0 stand for "never" and are the largest.
func median(values []float64) float64 {
	sorted := ordered(values)
	if len(sorted) == 0 {
		return -1
	}
	return sorted[(len(sorted)-1)/2]
}

// ordered sorts values; those below 0 stand for "never" and come last.
func ordered(values []float64) []float64 {
	sorted := slices.Clone(values)
	slices.SortFunc(sorted, func(a, b float64) int {
		switch {
		case a < 0 && b < 0 || a == b:
			return 0
		case a < 0 || b >= 0 && a > b:
			return 1
		}
		return -1
	})
	return sorted
}
