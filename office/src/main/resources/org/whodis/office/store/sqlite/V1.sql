CREATE TABLE office (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    domain     TEXT    NOT NULL,
    office_key BLOB    NOT NULL CHECK (length(office_key) = 32),
    created_at INTEGER NOT NULL
) STRICT;

-- state: 0 open, 1 committed, 2 revealed, 3 confirmed, 4 refused
CREATE TABLE invitation (
    secret_hash  BLOB    PRIMARY KEY CHECK (length(secret_hash) = 32),
    name         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
    commitment   BLOB    CHECK ((commitment IS NULL) = (state NOT IN (1, 2))),
    office_nonce BLOB    CHECK ((office_nonce IS NULL) = (state NOT IN (1, 2))),
    genesis      BLOB    CHECK ((genesis IS NULL) = (state <> 2)),
    by_device    BLOB    CHECK ((by_device IS NULL) = (state <> 2)),
    device_nonce BLOB    CHECK ((device_nonce IS NULL) = (state <> 2)),
    words        TEXT    CHECK ((words IS NULL) = (state <> 2)),
    revealed_at  INTEGER CHECK ((revealed_at IS NULL) = (state <> 2)),
    principal    BLOB    CHECK ((principal IS NULL) = (state <> 3))
) STRICT;
CREATE INDEX invitation_waiting ON invitation (revealed_at) WHERE state = 2;

CREATE TABLE principal (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 32),
    name        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    enrolled_at INTEGER NOT NULL,
    chain       BLOB    NOT NULL
) STRICT;

CREATE TABLE device (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 32),
    principal     BLOB    NOT NULL REFERENCES principal (id),
    position      INTEGER NOT NULL,
    public_key    BLOB    NOT NULL,
    last_sequence INTEGER NOT NULL DEFAULT 0,
    UNIQUE (principal, position)
) STRICT;

-- phase: 0 offered, 1 ringing, 2 answered, 3 ended; before: the phase that ended
CREATE TABLE call (
    id              BLOB    PRIMARY KEY CHECK (length(id) = 16),
    caller          BLOB    NOT NULL,
    caller_device   BLOB    NOT NULL,
    callee          BLOB    NOT NULL,
    offer           BLOB    NOT NULL,
    offer_hash      BLOB    NOT NULL,
    opened_at       INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL,
    phase           INTEGER NOT NULL CHECK (phase BETWEEN 0 AND 3),
    before          INTEGER CHECK ((before IS NULL) = (phase <> 3)),
    callee_device   BLOB,
    ending          INTEGER CHECK ((ending IS NULL) = (phase <> 3)),
    ended_at        INTEGER CHECK ((ended_at IS NULL) = (phase <> 3)),
    due_at          INTEGER NOT NULL
) STRICT;
CREATE INDEX call_due ON call (due_at);
CREATE INDEX call_ringing ON call (offer) WHERE phase < 2;
CREATE INDEX call_opened ON call (caller, opened_at);

-- The id stays until forget_at, so that it is applied once; the body goes when no queue holds it and no call rings by it.
CREATE TABLE envelope (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    received_at INTEGER NOT NULL,
    forget_at   INTEGER NOT NULL,
    body        BLOB
) STRICT;
CREATE INDEX envelope_forget ON envelope (forget_at);
CREATE INDEX envelope_with_body ON envelope (id) WHERE body IS NOT NULL;

-- kind: 0 live, 1 missed
CREATE TABLE delivery (
    device     BLOB    NOT NULL REFERENCES device (id),
    sequence   INTEGER NOT NULL,
    envelope   BLOB    NOT NULL REFERENCES envelope (id),
    kind       INTEGER NOT NULL CHECK (kind IN (0, 1)),
    keep_until INTEGER NOT NULL,
    PRIMARY KEY (device, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_envelope ON delivery (envelope);
CREATE INDEX delivery_keep ON delivery (keep_until);

-- A link by which a device brings in a further one; the request of whoever used it, once somebody has.
CREATE TABLE link (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    principal  BLOB    NOT NULL REFERENCES principal (id),
    device     BLOB    NOT NULL REFERENCES device (id),
    expires_at INTEGER NOT NULL,
    request    BLOB
) STRICT;
CREATE INDEX link_device ON link (device);
