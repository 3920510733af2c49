-- A device that its person has taken out of the chain: its key is known, so that it never comes back, and it is nobody's device.
ALTER TABLE device ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1));
