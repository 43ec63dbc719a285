CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL);

-- Times are UTC without zone. Every row of coding carries article_id and coder_version, so that two versions of the
-- coder stand side by side; the views current_* show the newest version of each article.

CREATE TABLE articles (
    id VARCHAR PRIMARY KEY,
    url VARCHAR,
    title VARCHAR,
    text VARCHAR NOT NULL,
    publisher VARCHAR,
    published TIMESTAMP,
    language VARCHAR,
    retrieved TIMESTAMP,
    content_hash VARCHAR,
    near_duplicate_of VARCHAR
);

-- record: the coded article as JSON without its article; everything below is derived from it and from articles.
-- version_order: the version as numbers, for sorting ([0, 10, 0, 0] is above [0, 9, 2, 0]).
CREATE TABLE codings (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    version_order INTEGER[] NOT NULL,
    record VARCHAR NOT NULL,
    PRIMARY KEY (article_id, coder_version)
);

CREATE TABLE actors (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    country VARCHAR,
    sectors VARCHAR[] NOT NULL,
    office VARCHAR,
    kind VARCHAR NOT NULL,
    mentions VARCHAR[] NOT NULL,
    resolved_by VARCHAR
);

CREATE TABLE statements (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    cue VARCHAR,
    speaker_id VARCHAR,
    speaker VARCHAR,
    speaker_text VARCHAR,
    speaker_country VARCHAR,
    speaker_sectors VARCHAR[] NOT NULL,
    speaker_office VARCHAR,
    audience VARCHAR,
    venue VARCHAR,
    statement_date DATE,
    date_precision VARCHAR,
    dated_by VARCHAR,
    about_ids VARCHAR[] NOT NULL,
    about_names VARCHAR[] NOT NULL,
    about_countries VARCHAR[] NOT NULL,
    reported_by VARCHAR,
    reporting_speaker VARCHAR,
    published TIMESTAMP,
    publisher VARCHAR,
    start_offset INTEGER NOT NULL,
    end_offset INTEGER NOT NULL
);

-- One row an event. *_countries hold no NULL and no repeats; *_names and *_ids run in parallel.
-- A reciprocal event (talks, a clash) has all parties as sources and no targets.
CREATE TABLE events (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    event_key VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    intended VARCHAR,
    mode VARCHAR,
    contexts VARCHAR[] NOT NULL,
    cameo VARCHAR,
    plover_quad TINYINT NOT NULL,
    cameo_quad TINYINT,
    intensity DOUBLE NOT NULL,
    goldstein DOUBLE,
    modality VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    event_date DATE,
    date_precision VARCHAR,
    dated_by VARCHAR,
    source_ids VARCHAR[] NOT NULL,
    source_names VARCHAR[] NOT NULL,
    source_countries VARCHAR[] NOT NULL,
    source_sectors VARCHAR[] NOT NULL,
    target_ids VARCHAR[] NOT NULL,
    target_names VARCHAR[] NOT NULL,
    target_countries VARCHAR[] NOT NULL,
    target_sectors VARCHAR[] NOT NULL,
    place VARCHAR,
    attribution_id VARCHAR,
    attribution_speaker VARCHAR,
    attribution_country VARCHAR,
    quote VARCHAR NOT NULL,
    trigger_text VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    date_text VARCHAR,
    start_offset INTEGER NOT NULL,
    end_offset INTEGER NOT NULL,
    mention_count INTEGER NOT NULL,
    rule VARCHAR,
    encoder VARCHAR,
    coder VARCHAR NOT NULL,
    published TIMESTAMP,
    publisher VARCHAR
);

-- One row a directed pair of countries of an event; a reciprocal event gives both directions.
-- A pair of a country with itself is domestic. Parties without a country give no row.
CREATE TABLE event_pairs (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    reciprocal BOOLEAN NOT NULL,
    event_date DATE
);

-- country_a is alphabetically before country_b.
CREATE TABLE assessments (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    country_a VARCHAR NOT NULL,
    country_b VARCHAR NOT NULL,
    descriptor VARCHAR NOT NULL,
    direction VARCHAR,
    holder_id VARCHAR,
    holder_speaker VARCHAR,
    holder_country VARCHAR,
    text VARCHAR NOT NULL,
    assessed_on DATE,
    published TIMESTAMP,
    publisher VARCHAR
);

CREATE TABLE links (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    from_id VARCHAR,
    to_id VARCHAR,
    text VARCHAR NOT NULL
);

-- What was read in an article and not coded.
CREATE TABLE rejections (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR,
    text VARCHAR
);

-- MinHash of each article's text, so that a later run recognises near duplicates of what an earlier one read.
CREATE TABLE signatures (
    article_id VARCHAR PRIMARY KEY,
    minhash BLOB NOT NULL
);

-- What never became an article: a file, a line or a row that could not be read or coded.
CREATE TABLE input_rejections (
    id VARCHAR PRIMARY KEY,
    path VARCHAR NOT NULL,
    line BIGINT,
    reason VARCHAR NOT NULL,
    detail VARCHAR
);

CREATE VIEW current_codings AS
    SELECT article_id, arg_max(coder_version, {'o': version_order, 'v': coder_version}) AS coder_version
    FROM codings GROUP BY article_id;
CREATE VIEW current_actors AS
    SELECT actors.* FROM actors SEMI JOIN current_codings USING (article_id, coder_version);
CREATE VIEW current_statements AS
    SELECT statements.* FROM statements SEMI JOIN current_codings USING (article_id, coder_version);
CREATE VIEW current_events AS
    SELECT events.* FROM events SEMI JOIN current_codings USING (article_id, coder_version);
CREATE VIEW current_event_pairs AS
    SELECT event_pairs.* FROM event_pairs SEMI JOIN current_codings USING (article_id, coder_version);
CREATE VIEW current_assessments AS
    SELECT assessments.* FROM assessments SEMI JOIN current_codings USING (article_id, coder_version);
CREATE VIEW current_links AS
    SELECT links.* FROM links SEMI JOIN current_codings USING (article_id, coder_version);
CREATE VIEW current_rejections AS
    SELECT rejections.* FROM rejections SEMI JOIN current_codings USING (article_id, coder_version);
