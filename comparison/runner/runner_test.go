package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dev.exposure/comparison/record"
)

func row(program, start string, lost, expected int64, found ...float64) Row {
	account := record.Account{Expected: expected, Delivered: expected - lost, Lost: lost}
	return Row{Program: program, Setting: byDefault, Start: start, Broker: newBroker, Old: record.Account{Expected: 10, Delivered: 10}, New: account, Found: found}
}

func result(scenario string, rows ...Row) Result {
	return Result{Scenario: scenario, Date: "2026-01-02 03:04", Machine: Machine{Cores: 2}, Load: 0.1, Rows: rows,
		Versions: map[string]string{franzGo: "1.2.3", sarama: "1.38.1"}}
}

func TestRunFailsWhereOursLosesOrReadsTwice(t *testing.T) {
	for name, broken := range map[string]Row{
		"lost":           row(ours, latest, 1, 100, 1),
		"nothing read":   {Program: ours, Start: latest},
		"twice":          {Program: ours, Start: latest, Old: record.Account{Expected: 5, Delivered: 5, Twice: 1}},
		"another offset": {Program: ours, Start: latest, Old: record.Account{Expected: 5, Delivered: 5}, Odd: 1},
	} {
		if len(result("growth", broken).broken()) != 1 {
			t.Errorf("%s is not noticed", name)
		}
	}
	if found := result("growth", row(ours, latest, 0, 100, 1), row(franzGo, latest, 50, 100, 1)).broken(); len(found) != 0 {
		t.Errorf("%v", found)
	}
	wrong := Result{Scenario: "backlog", BacklogRows: []BacklogRow{{Program: ours, Workers: 1}}}
	if len(wrong.broken()) != 1 {
		t.Error("a wrong count is not noticed")
	}
}

func TestAllToolsThatAreMissingAreNamedBeforeAnythingIsBuilt(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := (&run{buildOnly: true}).build(t.Context())
	want := "missing on this machine: Go 1.26 or newer; a C compiler (confluent-kafka-go); a Java runtime, 17 or newer; a JDK, 17 or newer"
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

func TestOnlyTheChosenClientsAndOursAreRun(t *testing.T) {
	r := &run{clients: []string{sarama}}
	lanes := r.chosen([]lane{{newBroker, tunedSetups}, {oldBroker, []setup{{program: franzGo}}}})
	if len(lanes) != 1 || len(lanes[0].setups) != 4 {
		t.Errorf("%+v", lanes)
	}
	if err := (&run{clients: []string{"none"}}).perform(t.Context(), nil); err == nil || !strings.Contains(err.Error(), `no client "none"`) {
		t.Errorf("%v", err)
	}
}

func TestBuiltFileIsOlderThanASourceThatChangedAfterwards(t *testing.T) {
	folder := t.TempDir()
	built, source := filepath.Join(folder, "built"), filepath.Join(folder, "source")
	for _, path := range []string{source, built} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fixed := time.Unix(1_000_000_000, 0) // as a reproducible build gives it
	if err := os.Chtimes(built, fixed, fixed); err != nil {
		t.Fatal(err)
	}
	if older(built, source) {
		t.Error("just built, and taken for older")
	}
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(source, later, later); err != nil {
		t.Fatal(err)
	}
	if !older(built, source) || !older(filepath.Join(folder, "none"), source) {
		t.Error("taken for newer")
	}
}

func TestTableTellsWhatWasLostAndHowLateItWasFound(t *testing.T) {
	text := result("growth", row(ours, latest, 0, 3000, 0.5, 1.5, 1), row(franzGo, latest, 1234, 3000, 114, 16, -1), row(sarama, latest, 3000, 3000, -1, -1, -1)).markdown()
	for _, want := range []string{
		"| Shopify/sarama 1.38.1 | default:  | latest | 4.4.0 | never | all 3,000 | 0 | 0 |  |",
		"| franz-go 1.2.3 | default:  | latest | 4.4.0 | 114.0 (16.0-never) | 1,234 of 3,000 | 0 | 0 |  |",
		"| **exposure-intake** | **default: ** | **latest** | **4.4.0** | **1.0 (0.5-1.5)** | **0** |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Index(text, "franz-go") > strings.Index(text, "exposure-intake") {
		t.Error("ours is not last")
	}
}

func TestSharedMachineIsSaid(t *testing.T) {
	r := result("growth")
	if strings.Contains(r.markdown(), "shared") {
		t.Error("a quiet machine is called shared")
	}
	r.Load = 7
	if !strings.Contains(r.markdown(), "shared with other work: load average 7.0") {
		t.Errorf("%s", r.markdown())
	}
}

func TestBacklogIsSummedUpByWayOfWorking(t *testing.T) {
	one := func(program string, rate, cpu float64, exact bool) BacklogRow {
		return BacklogRow{Program: program, Setting: tuned, JSON: "x", Workers: 1, PerSecond: rate, CPUPerMillion: cpu, Exact: exact}
	}
	r := Result{Scenario: "backlog", Machine: Machine{Cores: 2}, Records: 2_000_000, Versions: map[string]string{},
		BacklogRows: []BacklogRow{one(ours, 100_000, 8, true), one(franzGo, 150_000, 4, true), one(ours, 120_000, 8, true), one(ours, 90_000, 8, true), one(franzGo, 140_000, 4, false)}}
	text := r.markdown()
	for _, want := range []string{"| **exposure-intake** | x | 1 | 100 (90-120) k | 8.0 |", "| 140 (140-150) k | 4.0 | 0.0 | 0 | 1.40 | 0.50 | no, 1 of 2 runs |"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestChartIsWellFormedAndKnowsNever(t *testing.T) {
	svg := chart([]Result{result("growth", row(ours, latest, 0, 3000, 0.5), row(sarama, latest, 3000, 3000, -1)), result("growth-tuned", row(franzGo, earliest, 0, 10, 1))})
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{">never<", ">3,000<", ">0.5 s<", "prefers-color-scheme: dark", "At earliest none loses any, and"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is not in the chart", want)
		}
	}
	onlyTuned := chart([]Result{result("growth-tuned", row(ours, latest, 0, 10, 1))})
	if !strings.Contains(svg, "as in the report") || strings.Contains(onlyTuned, "as in the report") || !strings.Contains(onlyTuned, "tuned") {
		t.Error("the legend does not name what is shown")
	}
	if chart([]Result{result("killed")}) != "" {
		t.Error("a chart of nothing")
	}
}

func TestSectionIsReplacedAndTheRestStays(t *testing.T) {
	page := "before\n<!-- begin growth -->\nold\n<!-- end growth -->\nafter\n"
	got, err := replaceSection(page, "growth", "new\n")
	if err != nil || got != "before\n<!-- begin growth -->\n\nnew\n\n<!-- end growth -->\nafter\n" {
		t.Fatalf("%q %v", got, err)
	}
	if again, _ := replaceSection(got, "growth", "new\n"); again != got {
		t.Errorf("not the same a second time: %q", again)
	}
	if _, err := replaceSection(page, "killed", "new"); err == nil {
		t.Error("a missing section is not noticed")
	}
}

func TestDocsHaveASectionForEachScenario(t *testing.T) {
	text, err := os.ReadFile("../../docs/comparison.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		if _, err := replaceSection(string(text), s.name, ""); err != nil {
			t.Error(err)
		}
	}
}

func TestRebalancesAreCountedFromTheCoordinatorsLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	before := "INFO x - [GroupCoordinator id=1] Preparing to rebalance group sessions-1-group0 in state Stable (reason: a member joined)\n"
	after := "INFO x - [GroupCoordinator id=1] Member consumer-1 in group sessions-1-group0 has failed, removing it from the group.\n" +
		"INFO x - [GroupCoordinator id=1] Preparing to rebalance group sessions-1-group0 in state Stable (reason: removing member)\n" +
		"INFO x - [GroupCoordinator id=1] Preparing to rebalance group other in state Stable\n"
	if err := os.WriteFile(path, []byte(before+after), 0o600); err != nil {
		t.Fatal(err)
	}
	begun, timedOut, err := rebalances(path, int64(len(before)), "sessions-1-")
	if err != nil || begun != 1 || timedOut != 1 {
		t.Fatalf("%d begun, %d timed out, %v", begun, timedOut, err)
	}
}

func TestFieldsOfProcAreRead(t *testing.T) {
	text := "rchar: 123\nwchar: 45\n"
	if field(text, "wchar:") != 45 || field(text, "none:") != 0 {
		t.Fatal(field(text, "wchar:"))
	}
}

func TestMedianTakesNeverForTheLatest(t *testing.T) {
	if got := median([]float64{-1, 3, -1}); got != -1 {
		t.Errorf("%v", got)
	}
	if got := median([]float64{-1, 3, 1}); got != 3 {
		t.Errorf("%v", got)
	}
	if got := spread([]float64{-1, 3, 1}, 1); got != "3.0 (1.0-never)" {
		t.Errorf("%v", got)
	}
}

func TestNumbersHaveCommas(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := number(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
