package client

import (
	"encoding/json"
	"fmt"

	"github.com/bytedance/sonic"
	"github.com/valyala/fastjson"
)

type event struct {
	Message string `json:"message"`
}

type line struct {
	ExposureID  string `json:"exposure_id"`
	AdID        string `json:"ad_id"`
	CampaignID  int64  `json:"campaign_id"`
	SlotID      string `json:"slot_id"`
	ExposedAt   int64  `json:"exposed_at"`
	PriceMicros int64  `json:"price_micros"`
	Test        bool   `json:"test"`
}

// decoder reads an event and the line in it. It is not safe for several goroutines.
type decoder func(value []byte, l *line) error

func newDecoder(library string) (decoder, error) {
	switch library {
	case "std":
		return func(value []byte, l *line) error {
			var e event
			if err := json.Unmarshal(value, &e); err != nil {
				return err
			}
			return json.Unmarshal([]byte(e.Message), l)
		}, nil
	case "sonic":
		return func(value []byte, l *line) error {
			var e event
			if err := sonic.Unmarshal(value, &e); err != nil {
				return err
			}
			return sonic.UnmarshalString(e.Message, l)
		}, nil
	case "fastjson":
		return fastjsonDecoder(), nil
	}
	return nil, fmt.Errorf("no JSON library %q", library)
}

func fastjsonDecoder() decoder {
	var events, lines fastjson.Parser
	return func(value []byte, l *line) error {
		e, err := events.ParseBytes(value)
		if err != nil {
			return err
		}
		m, err := lines.ParseBytes(e.GetStringBytes("message"))
		if err != nil {
			return err
		}
		l.ExposureID = string(m.GetStringBytes("exposure_id"))
		l.AdID = string(m.GetStringBytes("ad_id"))
		l.CampaignID = m.GetInt64("campaign_id")
		l.SlotID = string(m.GetStringBytes("slot_id"))
		l.ExposedAt = m.GetInt64("exposed_at")
		l.PriceMicros = m.GetInt64("price_micros")
		l.Test = m.GetBool("test")
		return nil
	}
}
