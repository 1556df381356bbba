package main

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// The chart shows clients that start at latest: what they lose of new partitions, and when they notice them, at their defaults (or as
// in the report) and tuned.
const (
	chartWidth   = 960
	labelWidth   = 190
	panelWidth   = 300
	panelGap     = 80
	barHeight    = 12
	rowHeight    = 40
	chartTop     = 74
	longestS     = 700.0
	shortestS    = 0.1
	chartPadding = 16
)

// Colours of the light and the dark scheme; the two bars differ in lightness too, for those who don't see the hue.
const chartStyle = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 15px; } .small { font-size: 11px; fill: #59636e; }
  .value { font-size: 11px; } .ours { font-weight: 600; }
  .ground { fill: #ffffff; } .line { stroke: #d1d9e0; stroke-width: 1; }
  .default { fill: #1f5fbf; } .tuned { fill: #8fbdf0; } .never { fill: url(#never); stroke: #c0392b; }
  .hatch { stroke: #c0392b; stroke-width: 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .small { fill: #9198a1; } .ground { fill: #0d1117; } .line { stroke: #3d444d; }
    .default { fill: #8fbdf0; } .tuned { fill: #2f6fcf; } .never { stroke: #ff7b72; } .hatch { stroke: #ff7b72; }
  }`

// chart draws the growth scenarios; empty where neither was run.
func chart(results []Result) string {
	var programs []string
	defaults, tunedRows := map[string]Row{}, map[string]Row{}
	versions := map[string]string{}
	var result Result
	for _, candidate := range results {
		if candidate.Scenario != "growth" && candidate.Scenario != "growth-tuned" {
			continue
		}
		result = candidate
		for program, version := range candidate.Versions {
			versions[program] = version
		}
		for _, row := range candidate.Rows {
			target := defaults
			if candidate.Scenario == "growth-tuned" {
				target = tunedRows
			}
			if known, found := target[row.Program]; chartable(row, candidate.Scenario) && (!found || better(row, known)) {
				target[row.Program] = row
			}
		}
	}
	for _, program := range append(slices.Clone(goPrograms), spring, ours) {
		_, one := defaults[program]
		_, other := tunedRows[program]
		if one || other {
			programs = append(programs, program)
		}
	}
	if len(programs) == 0 {
		return ""
	}
	height := chartTop + rowHeight*len(programs) + 72
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="Lost records and time to discovery of new partitions, by client">`+"\n",
		chartWidth, height, chartWidth, height)
	fmt.Fprintf(&b, "<style>%s\n</style>\n", chartStyle)
	b.WriteString(`<defs><pattern id="never" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>` + "\n")
	fmt.Fprintf(&b, `<rect class="ground" width="%d" height="%d"/>`+"\n", chartWidth, height)
	left, right := labelWidth+chartPadding, labelWidth+chartPadding+panelWidth+panelGap
	write(&b, left, 24, "title", "Lost of what was written to new partitions")
	write(&b, right, 24, "title", "Until a new partition is read (log scale)")
	legend(&b, left, 42, len(defaults) > 0)
	axis(&b, left, height-64, []float64{0, 25, 50, 75, 100}, func(v float64) float64 { return v / 100 }, "%.0f %%")
	axis(&b, right, height-64, []float64{0.1, 1, 10, 60, 600}, logShare, "%g s")
	for i, program := range programs {
		y := chartTop + i*rowHeight
		class := ""
		if program == ours {
			class = "ours"
		}
		name := libraryNames[program]
		if program != ours {
			name += " " + strings.TrimPrefix(versions[program], "Spring ")
		}
		write(&b, chartPadding, y+18, class, name)
		for j, bar := range []struct {
			class string
			rows  map[string]Row
		}{{"default", defaults}, {"tuned", tunedRows}} {
			row, found := bar.rows[program]
			if !found {
				continue
			}
			top := y + 2 + j*(barHeight+3)
			if len(defaults) == 0 { // one bar for each client, level with its name
				top = y + 8
			}
			drawLost(&b, left, top, bar.class, row)
			drawFound(&b, right, top, bar.class, row)
		}
	}
	for i, line := range caption(results, result) {
		write(&b, chartPadding, height-24+16*i, "small", line)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// chartable rows start at latest. Those as in the report stand where the default is no other; kafka-go's is at latest only there.
func chartable(row Row, scenario string) bool {
	return row.Start == latest || row.Program == saramaCluster && scenario == "growth" && row.Setting == asReported
}

// better prefers a broker on which the client reads at all, then the setting of the report, which the project began with.
func better(a, b Row) bool {
	rank := func(r Row) int {
		if r.readNothing() {
			return 2
		}
		if r.Setting == asReported {
			return 0
		}
		return 1
	}
	return cmp.Less(rank(a), rank(b))
}

func drawLost(b *strings.Builder, x, y int, class string, row Row) {
	share := float64(row.New.Lost) / float64(max(1, row.New.Expected))
	if row.New.Lost > 0 {
		bar(b, x, y, share, class)
	}
	value(b, x, y, share, number(row.New.Lost))
}

func drawFound(b *strings.Builder, x, y int, class string, row Row) {
	seconds := median(row.Found)
	if seconds < 0 {
		bar(b, x, y, 1, "never")
		value(b, x, y, 1, "never")
		return
	}
	bar(b, x, y, logShare(seconds), class)
	value(b, x, y, logShare(seconds), fmt.Sprintf("%.1f s", seconds))
}

func logShare(seconds float64) float64 {
	return math.Log(math.Max(seconds, shortestS)/shortestS) / math.Log(longestS/shortestS)
}

func bar(b *strings.Builder, x, y int, share float64, class string) {
	fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="1"/>`+"\n", class, x, y, math.Max(1.5, share*panelWidth), barHeight)
}

func value(b *strings.Builder, x, y int, share float64, text string) {
	write(b, x+int(share*panelWidth)+6, y+barHeight-2, "value", text)
}

func axis(b *strings.Builder, x, y int, ticks []float64, share func(float64) float64, format string) {
	for _, tick := range ticks {
		at := float64(x) + share(tick)*panelWidth
		fmt.Fprintf(b, `<line class="line" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>`+"\n", at, at, chartTop-6, y)
		fmt.Fprintf(b, `<text class="small" x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", at, y+16, fmt.Sprintf(format, tick))
	}
}

func legend(b *strings.Builder, x, y int, withDefaults bool) {
	entries := []struct {
		class, text string
		width       int
	}{{"tuned", "tuned; exposure-intake: its default", 230}, {"never", "never", 0}}
	if withDefaults {
		entries = slices.Insert(entries, 0, struct {
			class, text string
			width       int
		}{"default", "as in the report, or default", 190})
	}
	for _, entry := range entries {
		fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="12" height="12" rx="1"/>`+"\n", entry.class, x, y)
		write(b, x+18, y+10, "value", entry.text)
		x += entry.width
	}
}

func write(b *strings.Builder, x, y int, class, text string) {
	fmt.Fprintf(b, `<text class="%s" x="%d" y="%d">%s</text>`+"\n", class, x, y, html.EscapeString(text))
}

// caption says what the bars leave out: what those lose that start at earliest.
func caption(results []Result, last Result) []string {
	var losers []string
	for _, result := range results {
		for _, row := range result.Rows {
			if (result.Scenario == "growth" || result.Scenario == "growth-tuned") && row.Start == earliest && row.New.Lost > 0 &&
				!slices.Contains(losers, libraryNames[row.Program]) {
				losers = append(losers, libraryNames[row.Program])
			}
		}
	}
	text := "none loses any"
	if len(losers) > 0 {
		text = "all but " + strings.Join(losers, ", ") + " lose none"
	}
	day, _, _ := strings.Cut(last.Date, " ")
	return []string{
		"Groups that start at latest; records lost of all new partitions together, median time. At earliest " + text + ", and find them as late.",
		"Measured on " + day + "; how, and more of it: docs/comparison.md.",
	}
}
