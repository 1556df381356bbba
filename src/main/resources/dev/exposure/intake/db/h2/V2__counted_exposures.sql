-- Holds rows only where intake.dedupe.window is set: one for each exposure counted, until the window has passed.
CREATE TABLE counted_exposure (
    consumer_group varchar                  NOT NULL,
    exposure_id    varchar                  NOT NULL,
    counted_at     timestamp with time zone NOT NULL,
    PRIMARY KEY (consumer_group, exposure_id)
);

-- Finds the oldest rows.
CREATE INDEX counted_exposure_age ON counted_exposure (consumer_group, counted_at);

COMMENT ON TABLE counted_exposure IS
    'Exposures counted within intake.dedupe.window; changes in one transaction with exposure_count';
COMMENT ON COLUMN counted_exposure.consumer_group IS 'Kafka consumer group that counted it';
COMMENT ON COLUMN counted_exposure.exposure_id IS 'Identity of the exposure, as its line tells it';
COMMENT ON COLUMN counted_exposure.counted_at IS 'When it was counted, by the clock of the database';
