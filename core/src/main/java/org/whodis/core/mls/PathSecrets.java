package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The path secrets of one Commit from some node of the filtered direct path to the root, their key pairs, and the commit
 * secret beyond them (RFC 9420 section 7.4).
 *
 * <pre>
 *   path_secret[n] = DeriveSecret(path_secret[n-1], "path")
 *   node_secret[n] = DeriveSecret(path_secret[n], "node")
 *   node_priv[n], node_pub[n] = KEM.DeriveKeyPair(node_secret[n])
 * </pre>
 */
final class PathSecrets implements Erasable {
    private final List<Secret> pathSecrets = new ArrayList<>();
    private final List<KeyPair> keyPairs = new ArrayList<>();
    private final Secret commitSecret;
    private boolean keysAreMoved;

    /** @param made is told of everything made here, and of {@code first} */
    private PathSecrets(MlsCrypto crypto, Secret first, int count, EraseUnlessKept made) {
        Secret secret = made.add(first);
        for (int i = 0; i < count; i++) {
            pathSecrets.add(secret);
            try (Secret nodeSecret = crypto.derive(secret, "node")) {
                keyPairs.add(made.add(crypto.deriveKeyPair(nodeSecret)));
            }
            secret = made.add(crypto.derive(secret, "path"));
        }
        commitSecret = secret;
    }

    /**
     * Takes {@code first} over, and erases it if that fails.
     *
     * @param count how many nodes there are, from the one of {@code first} to the root
     */
    static PathSecrets of(MlsCrypto crypto, Secret first, int count) {
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            PathSecrets secrets = new PathSecrets(crypto, first, count, made);
            made.keepAll();
            return secrets;
        }
    }

    int count() {
        return pathSecrets.size();
    }

    Secret pathSecret(int i) {
        return pathSecrets.get(i);
    }

    KeyPair keyPair(int i) {
        return keyPairs.get(i);
    }

    List<Bytes> publicKeys() {
        List<Bytes> out = new ArrayList<>();
        for (KeyPair pair : keyPairs) {
            out.add(pair.publicKey());
        }
        return out;
    }

    /** "commit_secret as the value path_secret[n+1] derived from the last path secret" (section 12.4.1). */
    Secret commitSecret() {
        return commitSecret;
    }

    /** Hands the private keys over to {@code keys}, for nodes in the same order. */
    void moveKeysTo(PathKeys keys, List<RatchetTree.PathStep> nodes) {
        for (int i = 0; i < nodes.size(); i++) {
            keys.put(nodes.get(i).node(), keyPairs.get(i).privateKey());
        }
        keysAreMoved = true;
    }

    /** Erases the path secrets and the commit secret, and the private keys unless they belong to somebody else by now. */
    @Override
    public void erase() {
        if (!keysAreMoved) {
            for (KeyPair pair : keyPairs) {
                pair.privateKey().erase();
            }
        }
        for (Secret secret : pathSecrets) {
            secret.erase();
        }
        commitSecret.erase();
    }
}
