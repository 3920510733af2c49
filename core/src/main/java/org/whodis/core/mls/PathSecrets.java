package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
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
final class PathSecrets {
    private final List<Secret> pathSecrets = new ArrayList<>();
    private final List<KeyPair> keyPairs = new ArrayList<>();
    private final Secret commitSecret;

    /**
     * Takes {@code first} over.
     *
     * @param count how many nodes there are, from the one of {@code first} to the root
     */
    PathSecrets(MlsCrypto crypto, Secret first, int count) {
        Secret secret = first;
        for (int i = 0; i < count; i++) {
            pathSecrets.add(secret);
            Secret nodeSecret = crypto.derive(secret, "node");
            keyPairs.add(crypto.deriveKeyPair(nodeSecret));
            nodeSecret.erase();
            secret = crypto.derive(secret, "path");
        }
        commitSecret = secret;
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
    }

    /** Erases the path secrets and the commit secret; the private keys belong to whoever took them. */
    void erase() {
        for (Secret secret : pathSecrets) {
            secret.erase();
        }
        commitSecret.erase();
    }
}
