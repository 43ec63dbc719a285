-- Events that others coded, beside our own. A row keeps the cells of its file as they stood (`cells`, in the order of
-- imported_files.columns) and what they mean in our terms, in columns that mean what those of `events` mean.

-- number: order of import. columns: as the file names them; types: DuckDB's, of Parquet files only.
CREATE TABLE imported_files (
    id VARCHAR PRIMARY KEY,
    number INTEGER NOT NULL,
    dataset VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    columns VARCHAR[] NOT NULL,
    types VARCHAR[] NOT NULL,
    header BOOLEAN NOT NULL,
    added BIGINT NOT NULL,
    present BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    recoded BIGINT NOT NULL
);

CREATE TABLE imported_rejections (
    file_id VARCHAR NOT NULL,
    line BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    row_text VARCHAR NOT NULL
);

-- row_key: hash of the cells. repeated: an earlier row has the same id. reciprocal: the row stands for both directions
-- of one meeting; mirror: the row is the other direction of one that is marked so.
CREATE TABLE imported_events (
    dataset VARCHAR NOT NULL,
    file_number INTEGER NOT NULL,
    line BIGINT NOT NULL,
    row_key UBIGINT NOT NULL,
    repeated BOOLEAN NOT NULL,
    reciprocal BOOLEAN NOT NULL,
    mirror BOOLEAN NOT NULL,
    id VARCHAR NOT NULL,
    event_date DATE,
    date_precision VARCHAR,
    event VARCHAR,
    intended VARCHAR,
    mode VARCHAR,
    contexts VARCHAR[] NOT NULL,
    cameo VARCHAR,
    plover_quad TINYINT,
    cameo_quad TINYINT,
    intensity DOUBLE,
    goldstein DOUBLE,
    modality VARCHAR,
    confidence DOUBLE,
    source_names VARCHAR[] NOT NULL,
    source_countries VARCHAR[] NOT NULL,
    source_sectors VARCHAR[] NOT NULL,
    target_names VARCHAR[] NOT NULL,
    target_countries VARCHAR[] NOT NULL,
    target_sectors VARCHAR[] NOT NULL,
    place VARCHAR,
    place_country VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE,
    text VARCHAR,
    story_id VARCHAR,
    sentence_number INTEGER,
    url VARCHAR,
    publisher VARCHAR,
    published TIMESTAMP,
    mention_count INTEGER,
    source_count INTEGER,
    article_count INTEGER,
    tone DOUBLE,
    cells VARCHAR[] NOT NULL
);

-- Every event once, ours and others': without rows whose id is repeated and without mirrors. A reciprocal row has both
-- parties as sources and no targets, as our own reciprocal events have.
CREATE VIEW all_events AS
    SELECT 'detente' AS dataset, e.article_id, e.coder_version, e.id, e.position, e.event_key, e.event, e.intended,
        e.mode, e.contexts, e.cameo, e.plover_quad, e.cameo_quad, e.intensity, e.goldstein, e.modality, e.confidence,
        e.event_date, e.date_precision, e.dated_by, e.source_ids, e.source_names, e.source_countries,
        e.source_sectors, e.target_ids, e.target_names, e.target_countries, e.target_sectors, e.place,
        e.attribution_speaker, e.attribution_country, e.quote, e.sentence, e.date_text, e.start_offset, e.end_offset,
        e.mention_count, e.rule, e.encoder, e.published, e.publisher, articles.url, e.article_id AS story_id,
        1 AS source_count, 1 AS article_count
    FROM current_events e LEFT JOIN articles ON articles.id = e.article_id
    UNION ALL BY NAME
    SELECT dataset, dataset || ':' || coalesce(story_id, id) AS article_id, dataset AS coder_version, id,
        file_number * 1000000000000 + line AS position, event_date, date_precision,
        CASE WHEN event_date IS NOT NULL THEN 'words' END AS dated_by, event, intended, mode, contexts, cameo,
        plover_quad, cameo_quad, intensity, goldstein, modality, confidence,
        CASE WHEN reciprocal THEN list_concat(source_names, target_names) ELSE source_names END AS source_ids,
        CASE WHEN reciprocal THEN [] ELSE target_names END AS target_ids,
        CASE WHEN reciprocal THEN list_concat(source_names, target_names) ELSE source_names END AS source_names,
        CASE WHEN reciprocal THEN list_sort(list_distinct(list_concat(source_countries, target_countries)))
            ELSE source_countries END AS source_countries,
        CASE WHEN reciprocal THEN list_sort(list_distinct(list_concat(source_sectors, target_sectors)))
            ELSE source_sectors END AS source_sectors,
        CASE WHEN reciprocal THEN [] ELSE target_names END AS target_names,
        CASE WHEN reciprocal THEN [] ELSE target_countries END AS target_countries,
        CASE WHEN reciprocal THEN [] ELSE target_sectors END AS target_sectors,
        place, text AS quote, text AS sentence, mention_count, publisher, published, url,
        coalesce(story_id, id) AS story_id, source_count, article_count,
        substr(sha256(concat(coalesce(event, cameo), '|', coalesce(event_date::VARCHAR, 'None'), '|',
            CASE WHEN reciprocal
                THEN array_to_string(list_sort(list_distinct(list_concat(source_countries, target_countries))), '+')
                ELSE array_to_string(list_sort(source_countries), '+') END, '|',
            CASE WHEN reciprocal THEN '' ELSE array_to_string(list_sort(target_countries), '+') END)), 1, 16)
            AS event_key
    FROM imported_events WHERE NOT repeated AND NOT mirror;

-- One row a directed pair of countries, of every event: what current_event_pairs is to current_events.
CREATE VIEW all_event_pairs AS
    SELECT 'detente' AS dataset, article_id, coder_version, event_id, source, target, reciprocal, event_date
    FROM current_event_pairs
    UNION ALL
    SELECT dataset, dataset || ':' || coalesce(story_id, id), dataset, id, source, unnest(target_countries),
        reciprocal, event_date
    FROM (SELECT *, unnest(source_countries) AS source FROM imported_events WHERE NOT repeated AND NOT mirror)
    UNION ALL
    SELECT dataset, dataset || ':' || coalesce(story_id, id), dataset, id, target, unnest(source_countries),
        true, event_date
    FROM (SELECT *, unnest(target_countries) AS target FROM imported_events
          WHERE reciprocal AND NOT repeated AND NOT mirror);
