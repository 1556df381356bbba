package client

import (
	"testing"

	"dev.exposure/comparison/exposure"
)

func TestDecodersReadTheSameFromTheBacklog(t *testing.T) {
	backlog := exposure.NewBacklog()
	for range 2_000 {
		e := backlog.Next()
		value := exposure.AppendEvent(nil, 0, e)
		want := line{e.ID, e.Ad, int64(e.Campaign), e.Slot, e.At, e.PriceMicros, e.Test}
		for _, library := range []string{"std", "sonic", "fastjson"} {
			decode, err := newDecoder(library)
			if err != nil {
				t.Fatal(err)
			}
			var got line
			if err := decode(value, &got); err != nil || got != want {
				t.Fatalf("%s: %+v (%v), want %+v", library, got, err, want)
			}
		}
	}
}

func TestUnknownLibraryIsRefused(t *testing.T) {
	if _, err := newDecoder("none"); err == nil {
		t.Fatal("accepted")
	}
}

// go test -bench . ./client tells what each library takes for a record.
func BenchmarkDecode(b *testing.B) {
	backlog := exposure.NewBacklog()
	var values [][]byte
	for range 10_000 {
		values = append(values, exposure.AppendEvent(nil, 0, backlog.Next()))
	}
	for _, library := range []string{"std", "sonic", "fastjson"} {
		b.Run(library, func(b *testing.B) {
			decode, err := newDecoder(library)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for i := range b.N {
				var l line
				if err := decode(values[i%len(values)], &l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
