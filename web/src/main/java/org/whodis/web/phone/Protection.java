package org.whodis.web.phone;

import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * What this browser's store is sealed under, besides the key of the browser itself, under which the page seals everything once
 * more ({@code phone.ts}).
 */
public sealed interface Protection {
    /** Nothing else: whoever can use this browser's profile can use the phone. */
    record BrowserKey() implements Protection {}

    /** What the person types each time. Not a record, because records print what they hold. */
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
    }

    /** What an authenticator computes from a salt (WebAuthn, extension {@code prf}). Not a record, as above. */
    final class Passkey implements Protection {
        /** Of what an authenticator gives. */
        public static final int OUTPUT_LENGTH = 32;

        private final Bytes credential;
        private final Bytes salt;
        private final Secret output;

        /**
         * Of one authenticator.
         *
         * @param credential its id of the passkey
         * @param salt what it was given
         * @param output what it gave, 32 bytes
         */
        public Passkey(Bytes credential, Bytes salt, Secret output) {
            if (output.length() != OUTPUT_LENGTH
                    || credential.isEmpty()
                    || credential.length() > SealedMemory.MAX_CREDENTIAL
                    || salt.length() != SealedMemory.SALT_LENGTH) {
                throw new IllegalArgumentException("not what an authenticator gives");
            }
            this.credential = credential;
            this.salt = salt;
            this.output = output;
        }

        Bytes credential() {
            return credential;
        }

        Bytes salt() {
            return salt;
        }

        Secret output() {
            return output;
        }
    }
}
