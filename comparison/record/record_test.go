package record

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dev.exposure/comparison/exposure"
)

func event(life int, partition int32, offset int64) []byte {
	n := exposure.Number{Life: life, Partition: partition, Offset: offset}
	return exposure.AppendEvent(nil, 0, exposure.Numbered(n, time.Now()))
}

// recorded runs a client that was made for the test, and reads what its recorder wrote.
func recorded(t *testing.T, client func(deliver func(life int, partition int32, offset int64))) *Deliveries {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deliveries")
	recorder, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	client(func(life int, partition int32, offset int64) {
		if err := recorder.Delivered(partition, offset, event(life, partition, offset)); err != nil {
			t.Fatal(err)
		}
	})
	if err := recorder.Close(); err != nil {
		t.Fatal(err)
	}
	deliveries, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return deliveries
}

func TestClientThatDeliversEachRecordOnceHasACleanAccount(t *testing.T) {
	d := recorded(t, func(deliver func(int, int32, int64)) {
		for offset := range int64(100) {
			deliver(1, 3, offset)
		}
	})
	if got := d.Account(Partition{1, 3}, 0, 100); got != (Account{Expected: 100, Delivered: 100}) || d.Odd != 0 {
		t.Fatalf("%+v, odd %d", got, d.Odd)
	}
}

func TestLossIsSeen(t *testing.T) {
	d := recorded(t, func(deliver func(int, int32, int64)) {
		for offset := range int64(100) {
			if offset != 0 && offset != 50 && offset < 97 { // one at the start, one in the middle, three at the end
				deliver(1, 3, offset)
			}
		}
	})
	if got := d.Account(Partition{1, 3}, 0, 100); got.Lost != 5 || got.Twice != 0 {
		t.Fatalf("%+v", got)
	}
}

func TestPartitionThatIsNeverReadIsLostAsAWhole(t *testing.T) {
	if got := New().Account(Partition{1, 4}, 0, 100); got.Lost != 100 || got.Delivered != 0 {
		t.Fatalf("%+v", got)
	}
}

func TestDoubleIsSeen(t *testing.T) {
	d := recorded(t, func(deliver func(int, int32, int64)) {
		for offset := range int64(100) {
			deliver(1, 3, offset)
		}
		deliver(1, 3, 98) // again after a restart, as a client does that had not committed
		deliver(1, 3, 99)
		deliver(1, 3, 99)
	})
	if got := d.Account(Partition{1, 3}, 0, 100); got.Twice != 3 || got.Lost != 0 {
		t.Fatalf("%+v", got)
	}
}

func TestDoubleAcrossTwoMembersIsSeen(t *testing.T) {
	folder := t.TempDir()
	paths := []string{filepath.Join(folder, "a"), filepath.Join(folder, "b")}
	for _, path := range paths {
		r, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Delivered(0, 7, event(1, 0, 7))
		_ = r.Close()
	}
	d, err := Read(paths...)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Account(Partition{1, 0}, 7, 8); got.Twice != 1 || got.Delivered != 1 {
		t.Fatalf("%+v", got)
	}
}

func TestALossDoesNotHideADouble(t *testing.T) {
	d := recorded(t, func(deliver func(int, int32, int64)) {
		deliver(1, 0, 0)
		deliver(1, 0, 0)
	})
	if got := d.Account(Partition{1, 0}, 0, 2); got != (Account{Expected: 2, Delivered: 1, Lost: 1, Twice: 1}) {
		t.Fatalf("%+v", got)
	}
}

func TestRecordsOfTheDeletedTopicDoNotCountForTheNewOne(t *testing.T) {
	d := recorded(t, func(deliver func(int, int32, int64)) {
		for offset := range int64(10) {
			deliver(1, 0, offset)
		}
	})
	if got := d.Account(Partition{2, 0}, 0, 10); got.Lost != 10 {
		t.Fatalf("%+v", got)
	}
}

func TestRecordUnderAnotherOffsetIsOdd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deliveries")
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Delivered(0, 8, event(1, 0, 7))
	_ = r.Delivered(1, 7, event(1, 0, 7))
	_ = r.Delivered(1, 7, []byte("{}"))
	r.Error(errors.New("broken\npipe"))
	_ = r.Close()
	d, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if d.Odd != 3 || len(d.Times) != 0 || len(d.Errors) != 1 || d.Errors[0] != "broken pipe" {
		t.Fatalf("%+v", d)
	}
}

func TestLineThatAKillCutOffIsNoDelivery(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deliveries")
	if err := os.WriteFile(path, []byte("1-0-7 0 7 1000\n1-0-8 0 8 10"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Account(Partition{1, 0}, 7, 9); got.Delivered != 1 || got.Lost != 1 || d.Odd != 0 {
		t.Fatalf("%+v, odd %d", got, d.Odd)
	}
}

func TestSilenceIsMeasuredAroundAMoment(t *testing.T) {
	d, p := New(), Partition{1, 0}
	for _, ms := range []int64{100, 200, 900, 1000} {
		d.At(p, ms)
	}
	if got := d.Silence(p, 300); got != 700 {
		t.Errorf("%d", got)
	}
	if got := d.Silence(p, 1000); got != -1 {
		t.Errorf("%d after the last delivery", got)
	}
	if d.FirstMs[p] != 100 {
		t.Errorf("first %d", d.FirstMs[p])
	}
}
