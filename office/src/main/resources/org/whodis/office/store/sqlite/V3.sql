-- Other offices: their keys as an encoded PeerKeys.
CREATE TABLE peer (
    domain TEXT PRIMARY KEY,
    keys   BLOB NOT NULL
) STRICT;

-- What the operator said of an office.
CREATE TABLE peer_rule (
    domain  TEXT    PRIMARY KEY,
    allowed INTEGER NOT NULL CHECK (allowed IN (0, 1))
) STRICT;

CREATE TABLE peer_setting (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    listed_only INTEGER NOT NULL CHECK (listed_only IN (0, 1))
) STRICT;

-- Requests that were promised to somebody and not answered yet; an encoded PeerRequest.
CREATE TABLE peer_outbox (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    domain     TEXT    NOT NULL,
    office_key BLOB    CHECK (length(office_key) = 32),
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    deadline   INTEGER NOT NULL,
    request    BLOB    NOT NULL
) STRICT;
CREATE INDEX peer_outbox_domain ON peer_outbox (domain);
CREATE INDEX peer_outbox_deadline ON peer_outbox (deadline);

-- Requests of other offices that were applied here, with their answers, so that none is applied twice.
CREATE TABLE peer_applied (
    domain    TEXT    NOT NULL,
    id        BLOB    NOT NULL CHECK (length(id) = 16),
    answer    BLOB    NOT NULL,
    forget_at INTEGER NOT NULL,
    PRIMARY KEY (domain, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX peer_applied_forget ON peer_applied (forget_at);

-- Of a call with another office: that office, its key as the offer names it, and which of the two lives there.
ALTER TABLE call ADD COLUMN other_office TEXT;
ALTER TABLE call ADD COLUMN other_key BLOB CHECK ((other_key IS NULL) = (other_office IS NULL));
ALTER TABLE call ADD COLUMN other_is_caller INTEGER CHECK ((other_is_caller IS NULL) = (other_office IS NULL));
