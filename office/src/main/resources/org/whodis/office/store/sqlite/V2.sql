-- A line that somebody here gave. state: 0 open, 1 waiting, 2 bound, 3 refused, 4 withdrawn
CREATE TABLE line (
    id               BLOB    PRIMARY KEY CHECK (length(id) = 32),
    issuer           BLOB    NOT NULL REFERENCES principal (id),
    state            INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
    holder           BLOB    CHECK ((holder IS NOT NULL) OR state IN (0, 4)),
    holder_office    TEXT    CHECK ((holder_office IS NULL) = (holder IS NULL)),
    terms            BLOB    NOT NULL,
    renewed_by       BLOB,
    issued_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX line_issuer ON line (issuer, id);

-- What was signed of a line. kind: 0 issue, 1 redemption, 2 decision, 3 withdrawal
CREATE TABLE line_statement (
    line BLOB    NOT NULL REFERENCES line (id),
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
    body BLOB    NOT NULL,
    PRIMARY KEY (line, kind)
) STRICT, WITHOUT ROWID;

-- Attempts by others; one row for each kind, claimed identity and office.
CREATE TABLE line_incident (
    line           BLOB    NOT NULL REFERENCES line (id),
    kind           INTEGER NOT NULL,
    claimed        BLOB    NOT NULL,
    claimed_office TEXT    NOT NULL,
    from_office    TEXT    NOT NULL,
    body           BLOB    NOT NULL,
    last_at        INTEGER NOT NULL,
    PRIMARY KEY (line, kind, claimed, claimed_office, from_office)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_incident_last ON line_incident (last_at);

CREATE TABLE line_settings (
    principal BLOB    PRIMARY KEY REFERENCES principal (id),
    at        INTEGER NOT NULL,
    body      BLOB    NOT NULL
) STRICT;

CREATE TABLE sealing_key (
    device    BLOB PRIMARY KEY REFERENCES device (id),
    principal BLOB NOT NULL REFERENCES principal (id),
    body      BLOB NOT NULL
) STRICT;
CREATE INDEX sealing_key_principal ON sealing_key (principal);

-- What the devices of a person hand to each other, sealed.
CREATE TABLE sealed_item (
    principal BLOB    NOT NULL REFERENCES principal (id),
    item      BLOB    NOT NULL CHECK (length(item) = 32),
    at        INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    PRIMARY KEY (principal, item)
) STRICT;

CREATE TABLE desk (
    principal BLOB    PRIMARY KEY REFERENCES principal (id),
    added_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE knock (
    nonce       BLOB    PRIMARY KEY CHECK (length(nonce) = 16),
    knocker     BLOB    NOT NULL,
    from_office TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    body        BLOB    NOT NULL
) STRICT;
CREATE INDEX knock_knocker ON knock (knocker);
CREATE INDEX knock_office ON knock (from_office);
CREATE INDEX knock_expires ON knock (expires_at);

-- The last call of each caller to somebody who sends calls to the desk.
CREATE TABLE sent_call (
    callee        BLOB    NOT NULL,
    caller        BLOB    NOT NULL,
    caller_office TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    PRIMARY KEY (callee, caller, caller_office)
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_call_at ON sent_call (at);
