package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"dev.exposure/comparison/record"
)

var libraryNames = map[string]string{
	sarama: "Shopify/sarama", ibmSarama: "IBM/sarama", saramaCluster: "sarama-cluster", kafkaGo: "kafka-go", confluent: "confluent-kafka-go",
	franzGo: "franz-go", spring: "Spring Kafka", ours: "exposure-intake",
}

var settingNames = map[string]string{asReported: "as in the report", byDefault: "default", tuned: "tuned"}

// markdown is one result as a reader sees it.
func (result Result) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", result.circumstances())
	switch {
	case result.Sessions != nil:
		result.sessionsTable(&b)
	case result.Detection != nil:
		result.detectionTable(&b)
	case result.BacklogRows != nil:
		result.backlogTable(&b)
	default:
		result.table(&b)
	}
	return b.String()
}

// circumstances says when, where and with what, and whether others used the machine.
func (result Result) circumstances() string {
	m := result.Machine
	text := fmt.Sprintf("%s UTC, %d cores (%s), %d GB, %s, %s, %s, PostgreSQL %s, commit %s; %d s.", result.Date, m.Cores, m.CPU, m.MemoryGB, m.Kernel,
		m.Java, m.Go, strings.TrimPrefix(m.Postgres, "(PostgreSQL) "), m.Commit, result.Seconds)
	if result.Quick {
		text += " A quick run."
	}
	if result.Load > float64(m.Cores)/2 {
		text += fmt.Sprintf(" **The machine was shared with other work: load average %.1f before anything of this was started.** Times are indicative; what was lost or came twice is not.", result.Load)
	} else {
		text += fmt.Sprintf(" Load average before anything of this was started: %.1f.", result.Load)
	}
	return text
}

func (result Result) client(program string) string {
	name := libraryNames[program]
	switch version := result.Versions[program]; program {
	case ours:
	case spring:
		name += " (" + version + ")"
	default:
		name += " " + version
	}
	return name
}

// table is that of the scenarios in which records may be lost.
func (result Result) table(b *strings.Builder) {
	columns := []string{"client", "setting", "start", "broker"}
	withNew, withAway := result.Scenario != "killed", result.Scenario == "killed"
	if withNew {
		columns = append(columns, "found after, s: median (min-max)", "lost of the new partitions")
	}
	if withAway {
		columns = append(columns, "partitions unread after a kill, s: median (min-max)")
	}
	columns = append(columns, "lost of the old partitions", "twice", "remarks")
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, row := range sorted(result.Rows) {
		cells := []string{result.client(row.Program), settingNames[row.Setting] + ": " + row.Is, row.Start, row.Broker}
		if withNew {
			cells = append(cells, row.found(), ofWritten(row.New))
		}
		if withAway {
			cells = append(cells, spread(row.Away, 1))
		}
		cells = append(cells, ofWritten(row.Old), number(row.twice()), row.remarks())
		if row.Program == ours {
			for i, cell := range cells {
				if cell != "" {
					cells[i] = "**" + cell + "**"
				}
			}
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

// sorted puts clients in the order of the report, and ours last.
func sorted(rows []Row) []Row {
	order := append(slices.Clone(goPrograms), spring, ours)
	rank := map[string]int{asReported: 0, byDefault: 1, tuned: 2}
	return slices.SortedStableFunc(slices.Values(rows), func(a, b Row) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Program), slices.Index(order, b.Program)), cmp.Compare(rank[a.Setting], rank[b.Setting]),
			-cmp.Compare(a.Start, b.Start), -cmp.Compare(a.Broker, b.Broker))
	})
}

func (row Row) found() string {
	if row.readNothing() {
		return "reads nothing"
	}
	return spread(row.Found, 1)
}

// spread gives median, least and largest; below 0 is never.
func spread(values []float64, decimals int) string {
	if len(values) == 0 {
		return ""
	}
	all := ordered(values)
	text := func(v float64) string {
		if v < 0 {
			return "never"
		}
		return strconv.FormatFloat(v, 'f', decimals, 64)
	}
	least, most := text(all[0]), text(all[len(all)-1])
	if least == most {
		return least
	}
	return fmt.Sprintf("%s (%s-%s)", text(median(values)), least, most)
}

func ofWritten(a record.Account) string {
	if a.Lost == 0 {
		return "0"
	}
	if a.Lost == a.Expected {
		return "all " + number(a.Lost)
	}
	return number(a.Lost) + " of " + number(a.Expected)
}

func (row Row) remarks() string {
	var all []string
	if row.Members > 1 {
		all = append(all, fmt.Sprintf("%d members", row.Members))
	}
	if row.Ended > 0 {
		all = append(all, "ended by itself")
	}
	if row.Odd > 0 {
		all = append(all, number(int64(row.Odd))+" under a wrong offset")
	}
	if row.Errors > 0 {
		all = append(all, fmt.Sprintf("%s errors shown, the first: %s", number(int64(row.Errors)), shortened(row.Error)))
	}
	return strings.Join(all, "; ")
}

func shortened(text string) string {
	text = strings.NewReplacer("|", "/", "`", "'").Replace(text)
	if runes := []rune(text); len(runes) > 90 {
		text = string(runes[:90]) + "..."
	}
	return "`" + text + "`"
}

func (result Result) backlogTable(b *strings.Builder) {
	fmt.Fprintf(b, "%s records of about 900 bytes, lz4, %d partitions.\n\n", number(int64(result.Records)), backlogPartitions)
	fmt.Fprintln(b, "| client | JSON library | workers | records/s: median (min-max) | CPU s per million: median (min-max) | from start to end, s | peak MB | rate, ours = 1 | CPU, ours = 1 | exact |")
	fmt.Fprintln(b, "|---|---|---|---|---|---|---|---|---|---|")
	type summary struct {
		work
		rate, cpu, wall []float64
		peak, runs      int
		exact           int
	}
	var all []*summary
	for _, row := range result.BacklogRows {
		w := work{row.Program, row.Setting, row.JSON, row.Workers}
		i := slices.IndexFunc(all, func(s *summary) bool { return s.work == w })
		if i < 0 {
			i, all = len(all), append(all, &summary{work: w})
		}
		s := all[i]
		s.rate, s.cpu, s.wall = append(s.rate, row.PerSecond), append(s.cpu, row.CPUPerMillion), append(s.wall, row.WallS)
		s.peak, s.runs = max(s.peak, row.PeakMB), s.runs+1
		if row.Exact {
			s.exact++
		}
	}
	ourOwn := func(workers int) *summary {
		return all[slices.IndexFunc(all, func(s *summary) bool { return s.program == ours && s.workers == workers })]
	}
	slices.SortStableFunc(all, func(a, b *summary) int {
		return cmp.Or(cmp.Compare(a.workers, b.workers), -cmp.Compare(median(a.rate), median(b.rate)))
	})
	for _, s := range all {
		own := ourOwn(s.workers)
		name, mark := result.client(s.program), ""
		if s.program == confluent && s.setting == tuned {
			name += ", fetch.queue.backoff.ms=5"
		}
		if s.program == ours {
			mark = "**"
		}
		exact := "yes"
		if s.exact < s.runs {
			exact = fmt.Sprintf("no, %d of %d runs", s.exact, s.runs)
		}
		fmt.Fprintf(b, "| %s%s%s | %s | %d | %s | %s | %s | %d | %.2f | %.2f | %s |\n", mark, name, mark, s.json, s.workers, thousands(s.rate),
			spread(s.cpu, 1), spread(s.wall, 1), s.peak, median(s.rate)/median(own.rate), median(s.cpu)/median(own.cpu), exact)
	}
}

func thousands(values []float64) string {
	rounded := make([]float64, len(values))
	for i, v := range values {
		rounded[i] = math.Round(v / 1000)
	}
	return spread(rounded, 0) + " k"
}

func (result Result) sessionsTable(b *strings.Builder) {
	fmt.Fprintln(b, "| phase | instances | minutes | member-minutes | records/s, all instances | load average | members timed out | rebalances |")
	fmt.Fprintln(b, "|---|---|---|---|---|---|---|---|")
	for _, s := range result.Sessions {
		fmt.Fprintf(b, "| %s | %d | %.1f | %.0f | %s | %.1f | %d | %d |\n", s.Phase, s.Instances, s.Minutes, s.Minutes*float64(s.Instances),
			number(int64(s.RecordsPerSecond)), s.LoadAverage, s.SessionsTimedOut, s.Rebalances)
	}
}

func (result Result) detectionTable(b *strings.Builder) {
	fmt.Fprintln(b, "| partitions | interval | bytes/s of requests | bytes/s of answers | CPU ms/s, instance | CPU ms/s, broker, more than without | answers of 30 instances, MB/s | of 300 |")
	fmt.Fprintln(b, "|---|---|---|---|---|---|---|---|")
	for _, row := range result.Detection {
		broker := "below the noise"
		if row.BrokerCPUMilli > 0 {
			broker = fmt.Sprintf("%.1f", row.BrokerCPUMilli)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %.1f | %s | %.2f | %.2f |\n", number(int64(row.Partitions)), row.Interval, number(int64(row.RequestBytesPerS)),
			number(int64(row.AnswerBytesPerS)), row.InstanceCPUMilli, broker, row.AnswerBytesPerS*30/1e6, row.AnswerBytesPerS*300/1e6)
	}
}

// number with a comma at each thousand.
func number(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// broken lists where ours lost records, delivered them twice, or counted wrongly. Nothing else fails a run: what the others do is a
// finding.
func (result Result) broken() []string {
	var all []string
	for _, row := range result.Rows {
		if row.Program == ours && (row.lost() != 0 || row.twice() != 0 || row.Odd != 0 || row.readNothing()) {
			all = append(all, fmt.Sprintf("%s: exposure-intake at %s, broker %s: %d lost, %d twice, %d odd", result.Scenario, row.Start, row.Broker, row.lost(),
				row.twice(), row.Odd))
		}
	}
	for _, row := range result.BacklogRows {
		if row.Program == ours && !row.Exact {
			all = append(all, fmt.Sprintf("%s: exposure-intake with %d threads did not count exactly", result.Scenario, row.Workers))
		}
	}
	return all
}
