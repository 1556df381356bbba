package exposure

import (
	"fmt"
	"math/rand"
	"sort"
)

// Backlog gives the same exposures each time: 2,000 a second of event time, 1,000 ads of unequal weight, 4 slots, a hundredth of
// them test exposures. It knows what must be counted of them.
type Backlog struct {
	rnd    *rand.Rand
	zipf   *rand.Zipf
	counts map[countKey]*countSum
	next   int
}

type countKey struct {
	minute   int64
	campaign int
	ad, slot string
}

type countSum struct{ exposures, priceMicros int64 }

var slots = [...]string{"top", "feed", "side", "splash"}

// NewBacklog begins with the first exposure.
func NewBacklog() *Backlog {
	rnd := rand.New(rand.NewSource(42))
	return &Backlog{rnd: rnd, zipf: rand.NewZipf(rnd, 1.1, 20, 999), counts: map[countKey]*countSum{}}
}

// Next makes the next exposure and counts it.
func (b *Backlog) Next() Exposure {
	ad := int(b.zipf.Uint64())
	e := Exposure{ID: fmt.Sprintf("%08x-%012x", b.rnd.Uint32(), b.next), Ad: fmt.Sprintf("ad-%05d", ad), Slot: slots[b.rnd.Intn(len(slots))],
		Campaign: ad / 10, User: b.rnd.Intn(5_000_000), At: 1722650400000 + int64(b.next/2) + int64(b.rnd.Intn(3000)),
		PriceMicros: int64(1000 + b.rnd.Intn(9000)), Test: b.rnd.Intn(100) == 0}
	b.next++
	if e.Test {
		return e
	}
	key := countKey{e.At / 60000, e.Campaign, e.Ad, e.Slot}
	sum := b.counts[key]
	if sum == nil {
		sum = &countSum{}
		b.counts[key] = sum
	}
	sum.exposures++
	sum.priceMicros += e.PriceMicros
	return e
}

// Rows returns the table exposure_count as it must be after all exposures so far, sorted, one text a row:
// minute|campaign|ad|slot|exposures|price_micros, the minute in seconds since the epoch.
func (b *Backlog) Rows() []string {
	rows := make([]string, 0, len(b.counts))
	for key, sum := range b.counts {
		rows = append(rows, fmt.Sprintf("%d|%d|%s|%s|%d|%d", key.minute*60, key.campaign, key.ad, key.slot, sum.exposures, sum.priceMicros))
	}
	sort.Strings(rows)
	return rows
}
