package exposure

import (
	"encoding/json"
	"testing"
	"time"
)

func TestNumberIsFoundInItsEvent(t *testing.T) {
	want := Number{Life: 2, Partition: 11, Offset: 1234567}
	event := AppendEvent(nil, 5, Numbered(want, time.UnixMilli(1722650400123)))
	got, ok := Parse(ID(event))
	if !ok || got != want {
		t.Fatalf("%v %v, want %v", got, ok, want)
	}
}

func TestEventIsJSONWithALineOfJSONInIt(t *testing.T) {
	event := AppendEvent(nil, 5, Exposure{ID: "e", Ad: "a", Slot: "top", Campaign: 3, User: 9, At: 1722650400123, PriceMicros: 10, Test: true})
	var outer struct {
		Message string `json:"message"`
	}
	if err := json.Unmarshal(event, &outer); err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(outer.Message), &line); err != nil {
		t.Fatal(err)
	}
	if line["exposure_id"] != "e" || line["campaign_id"] != 3.0 || line["exposed_at"] != 1722650400123.0 || line["test"] != true {
		t.Fatalf("%v", line)
	}
}

func TestTextThatIsNoNumberIsRefused(t *testing.T) {
	for _, text := range []string{"", "1-2", "1-2-x", "1-2-3-4", "a-b-c"} {
		if n, ok := Parse(text); ok {
			t.Errorf("%q was read as %v", text, n)
		}
	}
	if id := ID([]byte(`{"message":"plain"}`)); id != "" {
		t.Errorf("found %q", id)
	}
}

func TestBacklogIsTheSameEachTimeAndItsRowsSumUp(t *testing.T) {
	one, other := NewBacklog(), NewBacklog()
	counted := 0
	for range 10_000 {
		e := one.Next()
		if e != other.Next() {
			t.Fatal("two backlogs differ")
		}
		if !e.Test {
			counted++
		}
	}
	var sum int64
	for _, s := range one.counts {
		sum += s.exposures
	}
	if int(sum) != counted || counted == 10_000 || len(one.Rows()) != len(one.counts) {
		t.Fatalf("%d counted, rows say %d in %d rows", counted, sum, len(one.Rows()))
	}
}
