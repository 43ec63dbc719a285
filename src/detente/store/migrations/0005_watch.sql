ALTER TABLE articles ADD COLUMN author VARCHAR;

-- What `detente watch` remembers of a feed: what the server gave to ask again with, and until when it asks to wait.
-- failures: polls in a row without an answer that could be read; problem: why the last one failed.
CREATE TABLE watch_feeds (
    url VARCHAR PRIMARY KEY,
    title VARCHAR,
    etag VARCHAR,
    last_modified VARCHAR,
    polled TIMESTAMP,
    not_before TIMESTAMP,
    failures INTEGER NOT NULL,
    problem VARCHAR
);

-- Items of feeds. key: what the item is known by, whatever feed it stands in. state: 'pending' until it is 'stored'
-- (article_id) or 'rejected' (reason). summary: the feed's own words, kept only while the item is pending.
CREATE TABLE watch_items (
    key VARCHAR PRIMARY KEY,
    feed VARCHAR NOT NULL,
    host VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    url VARCHAR,
    title VARCHAR,
    author VARCHAR,
    summary VARCHAR,
    published TIMESTAMP,
    found TIMESTAMP NOT NULL,
    attempts INTEGER NOT NULL,
    not_before TIMESTAMP,
    state VARCHAR NOT NULL,
    reason VARCHAR,
    article_id VARCHAR
);
