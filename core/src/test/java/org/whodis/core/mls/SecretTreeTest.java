package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.mls.TestGroups.PRIMITIVES;
import static org.whodis.core.mls.TestGroups.SUITE;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Secret;

/** What is left of the tree of an epoch's secrets while its leaves are used one after the other. */
class SecretTreeTest {
    private static final int LEAVES = 8;

    private final Set<Secret> derivedFrom = Collections.newSetFromMap(new IdentityHashMap<>());
    private final MlsCrypto crypto = new MlsCrypto(
            TestGroups.observed(PRIMITIVES, (method, given) -> {
                for (Object each : given == null ? new Object[0] : given) {
                    if (each instanceof Secret secret) {
                        derivedFrom.add(secret);
                    }
                }
            }),
            SUITE);

    @Test
    @DisplayName(
            "As soon as a group member consumes a value, they MUST immediately delete (all representations of) that value"
                    + " (RFC 9420 section 9.2): a node of the tree once both children are derived, a leaf once its ratchets are")
    void aNodeIsGoneOnceItsChildrenAreThere() {
        Secret root = Secret.owning(new byte[crypto.secretLength()]);
        SecretTree tree = new SecretTree(crypto, root, LEAVES);
        for (int leaf : new int[] {3, 0, 4, 7, 1, 2, 6, 5}) {
            tree.ratchet(leaf, FramedContent.TYPE_APPLICATION);
            assertThat(root.isErased()).isTrue();
            assertThat(derivedFrom).as("down to leaf %d", leaf).allMatch(Secret::isErased);
        }
        // The nodes above the leaves and the leaves themselves.
        assertThat(derivedFrom).hasSize(2 * LEAVES - 1);
    }

    @Test
    void inWhatOrderLeavesAreUsedMakesNoDifference() {
        assertThat(firstKeys(new int[] {0, 1, 2, 3, 4, 5, 6, 7}))
                .isEqualTo(firstKeys(new int[] {4, 2, 7, 3, 0, 5, 6, 1}));
    }

    private List<Secret> firstKeys(int[] order) {
        SecretTree tree = new SecretTree(crypto, Secret.owning(new byte[crypto.secretLength()]), LEAVES);
        for (int leaf : order) {
            tree.ratchet(leaf, FramedContent.TYPE_COMMIT);
        }
        List<Secret> keys = new ArrayList<>();
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            keys.add(tree.ratchet(leaf, FramedContent.TYPE_COMMIT).advance().key());
        }
        return keys;
    }
}
