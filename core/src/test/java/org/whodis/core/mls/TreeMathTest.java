package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TreeMathTest {
    @Test
    void agreesWithThePublishedVectors() throws IOException {
        int checked = 0;
        for (JsonNode vector : Vectors.file("tree-math")) {
            int leaves = vector.get("n_leaves").asInt();
            if (leaves != TreeMath.fullLeafCount(leaves)) {
                continue;
            }
            assertThat(TreeMath.nodeCount(leaves))
                    .isEqualTo(vector.get("n_nodes").asInt());
            assertThat(TreeMath.root(leaves)).isEqualTo(vector.get("root").asInt());
            for (int node = 0; node < TreeMath.nodeCount(leaves); node++) {
                if (!TreeMath.isLeaf(node)) {
                    assertThat(TreeMath.left(node))
                            .isEqualTo(vector.get("left").get(node).asInt());
                    assertThat(TreeMath.right(node))
                            .isEqualTo(vector.get("right").get(node).asInt());
                }
                if (node != TreeMath.root(leaves)) {
                    assertThat(TreeMath.parent(node, leaves))
                            .isEqualTo(vector.get("parent").get(node).asInt());
                    assertThat(TreeMath.sibling(node, leaves))
                            .isEqualTo(vector.get("sibling").get(node).asInt());
                }
            }
            checked++;
        }
        assertThat(checked).isGreaterThanOrEqualTo(10);
    }

    @Test
    void leavesHaveNoChildrenAndTheRootHasNoParent() {
        assertThatThrownBy(() -> TreeMath.left(4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TreeMath.right(4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TreeMath.parent(7, 8)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCommonAncestorIsTheLowestNodeAboveBoth() {
        assertThat(TreeMath.commonAncestor(0, 2, 8)).isEqualTo(1);
        assertThat(TreeMath.commonAncestor(0, 4, 8)).isEqualTo(3);
        assertThat(TreeMath.commonAncestor(6, 8, 8)).isEqualTo(7);
    }
}
