-- Holds rows only where intake.dedupe.window is set: one for each exposure counted, until the window has passed.
-- Rows are inserted and deleted, never updated: pages are filled (the default), and a delete leaves nothing to reuse
-- before a vacuum, so that one comes when a fiftieth is dead and not, as by default, a fifth.
CREATE TABLE counted_exposure (
    consumer_group text COLLATE "C" NOT NULL,
    exposure_id    text COLLATE "C" NOT NULL,
    counted_at     timestamptz      NOT NULL,
    PRIMARY KEY (consumer_group, exposure_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- Finds the oldest rows. New ones go to its right end, where all rows of one write share an entry: it stays small.
CREATE INDEX counted_exposure_age ON counted_exposure (consumer_group, counted_at);

COMMENT ON TABLE counted_exposure IS
    'Exposures counted within intake.dedupe.window; changes in one transaction with exposure_count';
COMMENT ON COLUMN counted_exposure.consumer_group IS 'Kafka consumer group that counted it';
COMMENT ON COLUMN counted_exposure.exposure_id IS 'Identity of the exposure, as its line tells it';
COMMENT ON COLUMN counted_exposure.counted_at IS 'When it was counted, by the clock of the database';
