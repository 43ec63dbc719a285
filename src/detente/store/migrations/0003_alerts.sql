-- What a rule noticed, once. evidence: JSON of the events that stood behind it when it was raised.
-- a is alphabetically before b. Times are UTC without zone.
CREATE TABLE alerts (
    id VARCHAR PRIMARY KEY,
    rule VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    a VARCHAR NOT NULL,
    b VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    day DATE NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    level DOUBLE,
    before DOUBLE,
    evidence VARCHAR NOT NULL,
    raised TIMESTAMP NOT NULL,
    acknowledged TIMESTAMP,
    acknowledged_by VARCHAR,
    note VARCHAR
);

-- What is not to be told: alerts of a rule, of a pair, or of both, whose day lies before the end (NULL: no end).
CREATE TABLE alert_silences (
    id VARCHAR PRIMARY KEY,
    rule VARCHAR,
    a VARCHAR,
    b VARCHAR,
    until DATE,
    note VARCHAR,
    made TIMESTAMP NOT NULL
);

-- An alert goes to each target once; what failed is tried again at the next check.
CREATE TABLE alert_deliveries (
    alert_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    delivered TIMESTAMP NOT NULL,
    PRIMARY KEY (alert_id, target)
);
