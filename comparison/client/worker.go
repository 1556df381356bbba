package client

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// Record is a record as any client delivers it.
type Record struct {
	Partition int32
	Offset    int64
	Value     []byte
}

type key struct {
	minute, campaign int64
	ad, slot         string
}

type sum struct{ exposures, priceMicros int64 }

// worker decodes a batch, counts it, and writes counts and positions in one transaction: what exposure-intake does, in Go.
type worker struct {
	conn         *pgx.Conn
	group, topic string
	decode       decoder
}

// The tables of exposure-intake, as far as the work needs them.
const schema = `
CREATE TABLE IF NOT EXISTS exposure_count (minute timestamptz NOT NULL, campaign_id varchar NOT NULL, ad_id varchar NOT NULL,
  slot_id varchar NOT NULL, exposures bigint NOT NULL, price_micros numeric(38) NOT NULL,
  PRIMARY KEY (minute, campaign_id, ad_id, slot_id));
CREATE TABLE IF NOT EXISTS partition_position (consumer_group varchar NOT NULL, topic varchar NOT NULL, partition integer NOT NULL,
  next_offset bigint NOT NULL, updated_at timestamptz NOT NULL, PRIMARY KEY (consumer_group, topic, partition));`

func newWorker(ctx context.Context, o *Options) (*worker, error) {
	decode, err := newDecoder(o.JSON)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, o.DSN)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, schema); err != nil {
		return nil, err
	}
	return &worker{conn: conn, group: o.Group, topic: o.Topic, decode: decode}, nil
}

// do counts a batch exactly once: records below a stored position are skipped. It returns the next offset of each partition.
func (w *worker) do(ctx context.Context, batch []Record) (map[int32]int64, error) {
	next := map[int32]int64{}
	for _, r := range batch {
		next[r.Partition] = max(next[r.Partition], r.Offset+1)
	}
	var partitions []int32
	for p := range next {
		partitions = append(partitions, p)
	}
	slices.Sort(partitions)
	tx, err := w.conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(ctx) }() // does nothing after the commit
	stored, err := w.positions(ctx, tx, partitions)
	if err != nil {
		return nil, err
	}
	counts, err := w.count(batch, stored)
	if err != nil {
		return nil, err
	}
	if err := w.write(ctx, tx, counts, partitions, next); err != nil {
		return nil, err
	}
	return next, tx.Commit(ctx)
}

func (w *worker) positions(ctx context.Context, tx pgx.Tx, partitions []int32) (map[int32]int64, error) {
	rows, err := tx.Query(ctx, `SELECT partition, next_offset FROM partition_position
		WHERE consumer_group = $1 AND topic = $2 AND partition = ANY($3) ORDER BY partition FOR UPDATE`, w.group, w.topic, partitions)
	if err != nil {
		return nil, err
	}
	stored := map[int32]int64{}
	var partition int32
	var offset int64
	_, err = pgx.ForEachRow(rows, []any{&partition, &offset}, func() error {
		stored[partition] = offset
		return nil
	})
	return stored, err
}

func (w *worker) count(batch []Record, stored map[int32]int64) (map[key]*sum, error) {
	counts := make(map[key]*sum, 2048)
	for _, r := range batch {
		if r.Offset < stored[r.Partition] {
			continue
		}
		var l line
		if err := w.decode(r.Value, &l); err != nil {
			return nil, err
		}
		if l.ExposureID == "" || l.AdID == "" || l.ExposedAt < 946684800000 || l.PriceMicros < 0 {
			return nil, fmt.Errorf("no exposure at %d of partition %d", r.Offset, r.Partition)
		}
		if l.Test {
			continue
		}
		k := key{l.ExposedAt / 60000, l.CampaignID, l.AdID, l.SlotID}
		s := counts[k]
		if s == nil {
			s = &sum{}
			counts[k] = s
		}
		s.exposures++
		s.priceMicros += l.PriceMicros
	}
	return counts, nil
}

func (w *worker) write(ctx context.Context, tx pgx.Tx, counts map[key]*sum, partitions []int32, next map[int32]int64) error {
	keys := make([]key, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { // always in the same order, so that two workers never wait for each other in a circle
		return cmp.Or(cmp.Compare(a.minute, b.minute), cmp.Compare(a.campaign, b.campaign), cmp.Compare(a.ad, b.ad), cmp.Compare(a.slot, b.slot))
	})
	n := len(keys)
	minutes, campaigns, ads, slots := make([]time.Time, n), make([]string, n), make([]string, n), make([]string, n)
	exposures, prices := make([]int64, n), make([]int64, n)
	for i, k := range keys {
		minutes[i], campaigns[i], ads[i], slots[i] = time.UnixMilli(k.minute*60000), strconv.FormatInt(k.campaign, 10), k.ad, k.slot
		exposures[i], prices[i] = counts[k].exposures, counts[k].priceMicros
	}
	offsets := make([]int64, len(partitions))
	for i, p := range partitions {
		offsets[i] = next[p]
	}
	statements := &pgx.Batch{}
	statements.Queue(`INSERT INTO exposure_count AS c
		SELECT * FROM unnest($1::timestamptz[], $2::varchar[], $3::varchar[], $4::varchar[], $5::bigint[], $6::bigint[])
		ON CONFLICT (minute, campaign_id, ad_id, slot_id) DO UPDATE SET
		exposures = c.exposures + excluded.exposures, price_micros = c.price_micros + excluded.price_micros`,
		minutes, campaigns, ads, slots, exposures, prices)
	statements.Queue(`INSERT INTO partition_position AS p SELECT $1, $2, n, o, now() FROM unnest($3::int[], $4::bigint[]) AS u(n, o)
		ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET
		next_offset = greatest(p.next_offset, excluded.next_offset), updated_at = now()`,
		w.group, w.topic, partitions, offsets)
	return tx.SendBatch(ctx, statements).Close()
}
