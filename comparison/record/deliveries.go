package record

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"dev.exposure/comparison/exposure"
)

// Partition names one partition in one life of its topic.
type Partition struct {
	Life  int
	Index int32
}

// Deliveries is what a group handed to its user.
type Deliveries struct {
	Times    map[Partition]map[int64]int // how often each offset was delivered
	FirstMs  map[Partition]int64         // when the first record of a partition came, milliseconds since the epoch
	Timeline map[Partition][]int64       // when each delivery came, in the order of the files
	Odd      int                         // deliveries whose record does not carry the partition and offset that the client told, or no number
	Errors   []string                    // what the client told of errors
}

// New returns empty deliveries.
func New() *Deliveries {
	return &Deliveries{Times: map[Partition]map[int64]int{}, FirstMs: map[Partition]int64{}, Timeline: map[Partition][]int64{}}
}

// Read reads the files of all members of a group. A file that is not there yet holds nothing. The last line of a file may be cut
// off where the client was killed; such a line counts as no delivery.
func Read(paths ...string) (*Deliveries, error) {
	d := New()
	for _, path := range paths {
		if err := d.read(path); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Deliveries) read(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewReaderSize(file, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // the end, perhaps in the middle of a line
			return nil
		}
		d.line(strings.TrimSuffix(line, "\n"))
	}
}

func (d *Deliveries) line(line string) {
	if rest, isError := strings.CutPrefix(line, "# "); isError {
		_, text, _ := strings.Cut(rest, " ")
		d.Errors = append(d.Errors, text)
		return
	}
	fields := strings.Fields(line)
	if len(fields) != 4 {
		d.Odd++
		return
	}
	number, ok := exposure.Parse(fields[0])
	partition, err1 := strconv.ParseInt(fields[1], 10, 32)
	offset, err2 := strconv.ParseInt(fields[2], 10, 64)
	ms, err3 := strconv.ParseInt(fields[3], 10, 64)
	if !ok || err1 != nil || err2 != nil || err3 != nil || number.Partition != int32(partition) || number.Offset != offset {
		d.Odd++
		return
	}
	d.Add(number, ms, 1)
}

// Add notes that a record was delivered so many times, the first time then; 0 where the time is not known.
func (d *Deliveries) Add(number exposure.Number, ms int64, times int) {
	p := Partition{number.Life, number.Partition}
	offsets := d.Times[p]
	if offsets == nil {
		offsets = map[int64]int{}
		d.Times[p] = offsets
	}
	offsets[number.Offset] += times
	if ms > 0 {
		d.At(p, ms)
	}
}

// At notes that something of the partition was delivered then.
func (d *Deliveries) At(p Partition, ms int64) {
	if first, known := d.FirstMs[p]; !known || ms < first {
		d.FirstMs[p] = ms
	}
	d.Timeline[p] = append(d.Timeline[p], ms)
}

// Account is what became of the records of a partition.
type Account struct {
	Expected  int64 // records that had to be delivered
	Delivered int64 // different ones of them that were
	Lost      int64 // the rest
	Twice     int64 // deliveries of one of them beyond its first
}

// Plus adds another partition's account.
func (a Account) Plus(b Account) Account {
	return Account{a.Expected + b.Expected, a.Delivered + b.Delivered, a.Lost + b.Lost, a.Twice + b.Twice}
}

// Account compares what was delivered of a partition with the records from first on to the end of its log.
func (d *Deliveries) Account(p Partition, first, end int64) Account {
	a := Account{Expected: max(0, end-first)}
	for offset, times := range d.Times[p] {
		if offset >= first && offset < end {
			a.Delivered++
			a.Twice += int64(times - 1)
		}
	}
	a.Lost = a.Expected - a.Delivered
	return a
}

// First returns the lowest offset that was delivered of a partition; false where none was.
func (d *Deliveries) First(p Partition) (int64, bool) {
	first, found := int64(0), false
	for offset := range d.Times[p] {
		if !found || offset < first {
			first, found = offset, true
		}
	}
	return first, found
}

// Silence returns the longest time without a delivery of the partition around a moment: from the last delivery before it to the
// first after it, in milliseconds; -1 where nothing came after it.
func (d *Deliveries) Silence(p Partition, ms int64) int64 {
	before, after := int64(-1), int64(-1)
	for _, t := range d.Timeline[p] {
		if t <= ms {
			before = max(before, t)
		} else if after < 0 || t < after {
			after = t
		}
	}
	if after < 0 {
		return -1
	}
	if before < 0 {
		before = ms
	}
	return after - before
}
