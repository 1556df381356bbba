package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tell prints what the last run of each scenario found, and writes it into the docs if told to. It returns an error where ours broke
// its promise.
func (r *run) tell(writeDocs bool) error {
	results, err := r.saved()
	if err != nil {
		return err
	}
	if len(results) == 0 {
		return errors.New("no run has been made yet")
	}
	var broken []string
	for _, result := range results {
		fmt.Printf("## %s\n\n%s\n", titleOf(result.Scenario), result.markdown())
		broken = append(broken, result.broken()...)
	}
	if svg := chart(results); svg != "" {
		path := filepath.Join(r.results, "comparison.svg")
		if writeDocs {
			path = filepath.Join(r.repository, "docs/comparison.svg")
		}
		if err := os.WriteFile(path, []byte(svg), 0o644); err != nil {
			return err
		}
		r.progress("chart: %s", path)
	}
	if writeDocs {
		if err := writeSections(filepath.Join(r.repository, "docs/comparison.md"), results); err != nil {
			return err
		}
	}
	if len(broken) > 0 {
		return errors.New(strings.Join(broken, "; "))
	}
	return nil
}

func titleOf(name string) string {
	for _, s := range scenarios {
		if s.name == name {
			return s.title
		}
	}
	return name
}

// writeSections replaces what stands between the markers of each scenario.
func writeSections(path string, results []Result) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	page := string(text)
	for _, result := range results {
		if page, err = replaceSection(page, result.Scenario, result.markdown()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return os.WriteFile(path, []byte(page), 0o644)
}

func replaceSection(page, name, content string) (string, error) {
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("no section between %q and %q", strings.TrimSpace(begin), end)
	}
	return before + begin + "\n" + strings.TrimSpace(content) + "\n\n" + end + after, nil
}
