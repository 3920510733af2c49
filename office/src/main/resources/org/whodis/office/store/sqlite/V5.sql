-- Keys that this office has left, oldest first: an encoded HybridPublicKey, and the SignedKeyRotation to the one after it.
CREATE TABLE office_rotation (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    old_key  BLOB NOT NULL UNIQUE,
    rotation BLOB NOT NULL
) STRICT;

-- Other offices: their keys as an encoded PeerKeys, which has another form than before and was never part of a release.
DROP TABLE peer;
CREATE TABLE peer (
    domain     TEXT    PRIMARY KEY,
    keys       BLOB    NOT NULL,
    compared   INTEGER NOT NULL CHECK (compared IN (0, 1)),
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL
) STRICT;
CREATE INDEX peer_least_known ON peer (compared, last_seen - first_seen, last_seen);
