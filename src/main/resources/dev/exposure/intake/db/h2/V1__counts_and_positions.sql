-- MINUTE is a keyword of H2: quoted, or freed by NON_KEYWORDS=MINUTE in the URL, as in the default one.
CREATE TABLE exposure_count (
    "MINUTE"       timestamp with time zone NOT NULL,
    campaign_id    varchar                  NOT NULL,
    ad_id          varchar                  NOT NULL,
    slot_id        varchar                  NOT NULL,
    exposures      bigint                   NOT NULL,
    -- not bigint: two absurd prices in one minute would overflow it, and their batch would fail for ever
    price_micros   numeric(38)              NOT NULL,
    PRIMARY KEY ("MINUTE", campaign_id, ad_id, slot_id)
);

COMMENT ON TABLE exposure_count IS
    'Exposures by minute, campaign, ad and slot; each counted exactly once, test exposures not at all';
COMMENT ON COLUMN exposure_count."MINUTE" IS 'Start of the minute in which the exposures happened';
COMMENT ON COLUMN exposure_count.campaign_id IS 'Campaign, empty where the exposures name none';
COMMENT ON COLUMN exposure_count.ad_id IS 'Ad';
COMMENT ON COLUMN exposure_count.slot_id IS 'Slot, empty where the exposures name none';
COMMENT ON COLUMN exposure_count.exposures IS 'Number of exposures';
COMMENT ON COLUMN exposure_count.price_micros IS 'Sum of their prices, in millionths of the currency unit';

CREATE TABLE partition_position (
    consumer_group varchar                  NOT NULL,
    cluster_id     varchar                  NOT NULL,
    topic          varchar                  NOT NULL,
    partition      integer                  NOT NULL,
    topic_id       varchar                  NOT NULL,
    next_offset    bigint                   NOT NULL,
    leader_epoch   integer                  NOT NULL,
    epoch_offset   bigint,
    updated_at     timestamp with time zone NOT NULL,
    account_from     bigint                   NOT NULL,
    account_since    timestamp with time zone NOT NULL,
    processed        bigint                   NOT NULL,
    duplicate        bigint                   NOT NULL,
    test             bigint                   NOT NULL,
    dead_letter      bigint                   NOT NULL,
    lost             bigint                   NOT NULL,
    no_record        bigint                   NOT NULL,
    processed_before bigint                   NOT NULL,
    off_before       bigint                   NOT NULL,
    PRIMARY KEY (consumer_group, cluster_id, topic, partition),
    -- one group for each partition: what a second one delivers would double the results
    UNIQUE (cluster_id, topic, partition)
);

COMMENT ON TABLE partition_position IS
    'How far each Kafka partition has been processed; changes in one transaction with the results';
COMMENT ON COLUMN partition_position.consumer_group IS 'Kafka consumer group';
COMMENT ON COLUMN partition_position.cluster_id IS 'Kafka cluster that the offset refers to';
COMMENT ON COLUMN partition_position.topic IS 'Kafka topic';
COMMENT ON COLUMN partition_position.partition IS 'Number of the partition in its topic';
COMMENT ON COLUMN partition_position.topic_id IS
    'Id that the cluster gave the topic; another one means that the topic was created anew';
COMMENT ON COLUMN partition_position.next_offset IS 'Offset of the first record that is not processed yet';
COMMENT ON COLUMN partition_position.leader_epoch IS 'Leader epoch of the last record processed, -1 where unknown';
COMMENT ON COLUMN partition_position.epoch_offset IS
    'next_offset that leader_epoch was stored with; where they differ, next_offset was moved by hand and the epoch is not believed';
COMMENT ON COLUMN partition_position.updated_at IS 'When the position last changed';
COMMENT ON COLUMN partition_position.account_from IS
    'Offset at which the account of the partition begins: next_offset less this is the sum of what became of the offsets';
COMMENT ON COLUMN partition_position.account_since IS 'When the account began; a topic that is created again begins a new one';
COMMENT ON COLUMN partition_position.processed IS 'Exposures that went through the processor';
COMMENT ON COLUMN partition_position.duplicate IS 'Exposures not processed, because their id was known';
COMMENT ON COLUMN partition_position.test IS 'Test exposures';
COMMENT ON COLUMN partition_position.dead_letter IS 'Records that hold no usable exposure';
COMMENT ON COLUMN partition_position.lost IS 'Records that Kafka deleted before they were read';
COMMENT ON COLUMN partition_position.no_record IS 'Offsets without a record: of transactions, or compacted away';
COMMENT ON COLUMN partition_position.processed_before IS 'Exposures processed in former accounts';
COMMENT ON COLUMN partition_position.off_before IS 'What former accounts were off by; 0 unless something was wrong';

CREATE TABLE exposure_count_removal (
    removal   integer NOT NULL PRIMARY KEY,
    exposures bigint  NOT NULL
);

INSERT INTO exposure_count_removal (removal, exposures) VALUES (1, 0);

COMMENT ON TABLE exposure_count_removal IS
    'One row: what intake.count.retention has removed from exposure_count; changes in one transaction with it';
COMMENT ON COLUMN exposure_count_removal.removal IS 'Always 1';
COMMENT ON COLUMN exposure_count_removal.exposures IS 'Sum of the exposures of the rows removed';
