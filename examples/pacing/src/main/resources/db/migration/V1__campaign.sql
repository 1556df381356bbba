CREATE TABLE campaign (
    id            varchar(128) NOT NULL PRIMARY KEY,
    -- null: without a budget, a campaign is never closed
    budget_micros bigint,
    spent_micros  bigint       NOT NULL DEFAULT 0,
    closed        boolean      NOT NULL DEFAULT FALSE
);
