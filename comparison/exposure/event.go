// Package exposure makes the events that the comparison writes to Kafka: ad exposures as Filebeat ships them, about 900 bytes.
package exposure

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Number names one record of the comparison. The record carries it as its exposure_id and as its ad_id, so that a delivery can be
// told from every other one.
type Number struct {
	Life      int // 1, and 2 after the topic was deleted and created again
	Partition int32
	Offset    int64
}

// String gives the form that Parse reads, for example "1-3-17".
func (n Number) String() string {
	return strconv.Itoa(n.Life) + "-" + strconv.Itoa(int(n.Partition)) + "-" + strconv.FormatInt(n.Offset, 10)
}

// Parse reads what String gave; false where the text is no number.
func Parse(text string) (Number, bool) {
	parts := strings.Split(text, "-")
	if len(parts) != 3 {
		return Number{}, false
	}
	life, err1 := strconv.Atoi(parts[0])
	partition, err2 := strconv.ParseInt(parts[1], 10, 32)
	offset, err3 := strconv.ParseInt(parts[2], 10, 64)
	return Number{life, int32(partition), offset}, err1 == nil && err2 == nil && err3 == nil
}

var idMember = []byte(`exposure_id\":\"`)

// ID finds the exposure_id in an event that AppendEvent made; empty where there is none.
func ID(event []byte) string {
	start := bytes.Index(event, idMember)
	if start < 0 {
		return ""
	}
	id := event[start+len(idMember):]
	end := bytes.IndexByte(id, '\\')
	if end < 0 {
		return ""
	}
	return string(id[:end])
}

// Exposure is what one log line says.
type Exposure struct {
	ID, Ad, Slot string
	Campaign     int
	User         int
	At           int64 // milliseconds since the epoch
	PriceMicros  int64
	Test         bool
}

// Numbered returns the exposure of a number.
func Numbered(n Number, now time.Time) Exposure {
	id := n.String()
	return Exposure{ID: id, Ad: id, Slot: "top", Campaign: int(n.Partition), User: int(n.Offset), At: now.UnixMilli(), PriceMicros: 10}
}

// AppendEvent appends a Filebeat 8 event whose message is the exposure as an escaped line of JSON.
func AppendEvent(b []byte, logOffset int64, e Exposure) []byte {
	b = append(b, `{"@timestamp":"`...)
	b = time.UnixMilli(e.At).UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `","@metadata":{"beat":"filebeat","type":"_doc","version":"8.14.3"},"agent":{"ephemeral_id":"6b0c4c52-8a1a-4d31-9f5e-2f7f1f9f2a10","id":"4f1c9f0e-0a1b-4c2d-8e3f-5a6b7c8d9e0f","name":"ad-front-01","type":"filebeat","version":"8.14.3"},"log":{"offset":`...)
	b = strconv.AppendInt(b, logOffset, 10)
	b = append(b, `,"file":{"path":"/data/logs/exposure.log","device_id":"64768","inode":"1835023"}},"message":"{\"exposure_id\":\"`...)
	b = append(b, e.ID...)
	b = append(b, `\",\"ad_id\":\"`...)
	b = append(b, e.Ad...)
	b = append(b, `\",\"campaign_id\":`...)
	b = strconv.AppendInt(b, int64(e.Campaign), 10)
	b = append(b, `,\"creative_id\":\"cr-`...)
	b = strconv.AppendInt(b, int64(e.Campaign*7), 10)
	b = append(b, `\",\"slot_id\":\"`...)
	b = append(b, e.Slot...)
	b = append(b, `\",\"request_id\":\"`...)
	b = strconv.AppendUint(b, uint64(e.User)*0x9E3779B97F4A7C15, 16)
	b = append(b, `\",\"user_id\":\"u`...)
	b = strconv.AppendInt(b, int64(e.User), 10)
	b = append(b, `\",\"device\":\"phone\",\"region\":\"110100\",\"exposed_at\":`...)
	b = strconv.AppendInt(b, e.At, 10)
	b = append(b, `,\"price_micros\":`...)
	b = strconv.AppendInt(b, e.PriceMicros, 10)
	if e.Test {
		b = append(b, `,\"test\":true`...)
	}
	return append(b, `}","input":{"type":"filestream"},"fields":{"service":"ad-front","env":"prod"},"host":{"name":"ad-front-01.example.com","os":{"platform":"debian","family":"debian","kernel":"6.1.0-21-amd64"}},"ecs":{"version":"8.0.0"}}`...)
}
