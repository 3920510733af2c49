package org.whodis.phone.keystore;

import org.whodis.core.crypto.Secret;

/** What the keystore is encrypted under. */
public sealed interface Protection {
    /** A passphrase in UTF-8, stretched by Argon2id. Not a record, because records print what they hold. */
    final class Passphrase implements Protection {
        private final Secret utf8;

        public Passphrase(Secret utf8) {
            if (utf8.length() == 0) {
                throw new IllegalArgumentException("an empty passphrase");
            }
            this.utf8 = utf8;
        }

        Secret utf8() {
            return utf8;
        }

        @Override
        public String toString() {
            return "Passphrase[redacted]";
        }
    }

    /**
     * A random key in a file of mode 0600 beside the keystore. It protects nothing from whoever can read the folder; it
     * exists for phones that have to start without a person, and is chosen explicitly.
     */
    record KeyFile() implements Protection {}
}
