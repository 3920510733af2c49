package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a Welcome encrypts to one newcomer (RFC 9420 section 12.4.3.1).
 *
 * <pre>
 *   struct { opaque path_secret&lt;V&gt;; } PathSecret;
 *   struct { opaque joiner_secret&lt;V&gt;; optional&lt;PathSecret&gt; path_secret; PreSharedKeyID psks&lt;V&gt;; } GroupSecrets;
 * </pre>
 */
record GroupSecrets(Secret joinerSecret, @Nullable Secret pathSecret, List<PreSharedKeyId> psks) implements Erasable {
    GroupSecrets {
        psks = List.copyOf(psks);
    }

    void write(WireWriter out) {
        out.vector(joinerSecret.expose())
                .optional(pathSecret, (w, secret) -> w.vector(secret.expose()))
                .list(psks, (w, psk) -> psk.write(w));
    }

    static GroupSecrets read(WireReader in) throws DecodeException {
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            Secret joinerSecret = made.add(secret(in));
            Secret pathSecret = in.optional(GroupSecrets::secret);
            if (pathSecret != null) {
                made.add(pathSecret);
            }
            GroupSecrets secrets = new GroupSecrets(
                    joinerSecret,
                    pathSecret,
                    in.list(Limits.MESSAGE_BYTES, Limits.PRE_SHARED_KEYS, PreSharedKeyId::read));
            made.keepAll();
            return secrets;
        }
    }

    private static Secret secret(WireReader in) throws DecodeException {
        return Secret.owning(Wire.key(in).toArray());
    }

    @Override
    public void erase() {
        joinerSecret.erase();
        if (pathSecret != null) {
            pathSecret.erase();
        }
    }
}
