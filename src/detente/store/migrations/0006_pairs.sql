-- What levels, counts and movers are worked out from, in narrow columns beside the pairs, so that nothing else is read.
-- dyad: the first of an event's pairs in the order of the alphabet, as "RUS-USA"; a folder's files are sorted by it.
ALTER TABLE events ADD COLUMN dyad VARCHAR;
CREATE OR REPLACE VIEW current_events AS
    SELECT events.* FROM events SEMI JOIN current_codings USING (article_id, coder_version);

-- mutual: both sides act on each other, and the row of the other direction is there too.
-- day: of the series (a week or month by its middle, never after publication), NULL where the words give the year only;
-- slack: days before and after it that the words leave open; guessed: no words give it, it is that of publication.
-- on_targets_word: it is told on the word of the side that it is done to. original: the article of which this one is a
-- near duplicate. dyad: as of the event.
-- telling: number of the event that this row reports, the same for all its reports; place: which of them in the order
-- of publication; area: number of the neighbourhood in which it was settled that these are one event; area_size: its
-- rows, each pair counted once. NULL until that is settled; `detente.relations.settling` does.
CREATE TABLE told_pairs AS
    SELECT p.article_id, p.coder_version, p.event_id, p.source, p.target, p.reciprocal, p.event_date,
        p.reciprocal OR (list_contains(e.source_countries, p.target) AND list_contains(e.target_countries, p.source))
            AS mutual,
        CASE WHEN e.date_precision IN ('day', 'week', 'month') THEN least(e.event_date
            + CASE e.date_precision WHEN 'day' THEN 0 WHEN 'week' THEN 3 ELSE 15 END, ar.published::DATE) END AS day,
        (CASE e.date_precision WHEN 'week' THEN 3 WHEN 'month' THEN 15 ELSE 0 END)::TINYINT AS slack,
        e.dated_by IS DISTINCT FROM 'words' AS guessed, e.event, e.mode, e.plover_quad, e.modality, e.intensity,
        e.confidence, e.attribution_id, coalesce(e.attribution_country = p.target, false) AS on_targets_word,
        ar.published, ar.publisher, ar.near_duplicate_of AS original,
        min(concat(least(p.source, p.target), '-', greatest(p.source, p.target)))
            OVER (PARTITION BY p.article_id, p.coder_version, p.event_id) AS dyad,
        NULL::BIGINT AS telling, NULL::INTEGER AS place, NULL::BIGINT AS area, NULL::INTEGER AS area_size
    FROM event_pairs p
    JOIN events e ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
    LEFT JOIN articles ar ON ar.id = p.article_id;
DROP TABLE event_pairs;
CREATE TABLE event_pairs (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    reciprocal BOOLEAN NOT NULL,
    event_date DATE,
    mutual BOOLEAN NOT NULL,
    day DATE,
    slack TINYINT NOT NULL,
    guessed BOOLEAN NOT NULL,
    event VARCHAR NOT NULL,
    mode VARCHAR,
    plover_quad TINYINT NOT NULL,
    modality VARCHAR NOT NULL,
    intensity DOUBLE NOT NULL,
    confidence DOUBLE NOT NULL,
    attribution_id VARCHAR,
    on_targets_word BOOLEAN NOT NULL,
    published TIMESTAMP,
    publisher VARCHAR,
    original VARCHAR,
    dyad VARCHAR NOT NULL,
    telling BIGINT,
    place INTEGER,
    area BIGINT,
    area_size INTEGER
);
INSERT INTO event_pairs SELECT * FROM told_pairs ORDER BY source, target, event_date;
UPDATE events SET dyad = d.dyad
    FROM (SELECT DISTINCT article_id, coder_version, event_id, dyad FROM told_pairs) d
    WHERE d.article_id = events.article_id AND d.coder_version = events.coder_version AND d.event_id = events.id;
DROP TABLE told_pairs;
CREATE OR REPLACE VIEW current_event_pairs AS
    SELECT event_pairs.* FROM event_pairs SEMI JOIN current_codings USING (article_id, coder_version);

-- Which articles mention actors of two countries: a is alphabetically before b.
CREATE TABLE article_pairs (
    article_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL,
    a VARCHAR NOT NULL,
    b VARCHAR NOT NULL,
    published TIMESTAMP,
    publisher VARCHAR,
    original VARCHAR
);
INSERT INTO article_pairs
    SELECT x.article_id, x.coder_version, x.country, y.country, ar.published, ar.publisher, ar.near_duplicate_of
    FROM (SELECT DISTINCT article_id, coder_version, country FROM actors) x
    JOIN (SELECT DISTINCT article_id, coder_version, country FROM actors) y
      ON y.article_id = x.article_id AND y.coder_version = x.coder_version AND x.country < y.country
    LEFT JOIN articles ar ON ar.id = x.article_id
    ORDER BY ALL;
CREATE VIEW current_article_pairs AS
    SELECT article_pairs.* FROM article_pairs SEMI JOIN current_codings USING (article_id, coder_version);
