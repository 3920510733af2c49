package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a full binary tree in an array (RFC 9420 appendix C): leaf {@code i} is node {@code 2i}, a node stands
 * between its subtrees.
 *
 * <p>Numbers of leaves are powers of two; every other argument is a node of such a tree. Anything else is a fault of the
 * caller.
 */
final class TreeMath {
    private TreeMath() {}

    /** Leaves have level 0, their parents 1, and so on. */
    static int level(int node) {
        return Integer.numberOfTrailingZeros(~node);
    }

    static boolean isLeaf(int node) {
        return (node & 1) == 0;
    }

    static int nodeOf(int leafIndex) {
        return 2 * leafIndex;
    }

    static int nodeCount(int leafCount) {
        return 2 * leafCount - 1;
    }

    static int root(int leafCount) {
        return leafCount - 1;
    }

    static int left(int node) {
        return node ^ 1 << requireParent(node) - 1;
    }

    static int right(int node) {
        return node ^ 3 << requireParent(node) - 1;
    }

    /** The node above, which the root does not have. */
    static int parent(int node, int leafCount) {
        if (node == root(leafCount)) {
            throw new IllegalArgumentException("the root has no parent");
        }
        int level = level(node);
        int side = node >> level + 1 & 1;
        return (node | 1 << level) ^ side << level + 1;
    }

    static int sibling(int node, int leafCount) {
        int parent = parent(node, leafCount);
        return node < parent ? right(parent) : left(parent);
    }

    /** The nodes above {@code node}, from its parent to the root. */
    static List<Integer> directPath(int node, int leafCount) {
        List<Integer> path = new ArrayList<>();
        for (int at = node; at != root(leafCount); ) {
            at = parent(at, leafCount);
            path.add(at);
        }
        return path;
    }

    /** Whether {@code descendant} is {@code ancestor} or below it. */
    static boolean isInSubtree(int descendant, int ancestor) {
        int reach = (1 << level(ancestor)) - 1;
        return descendant >= ancestor - reach && descendant <= ancestor + reach;
    }

    /** The lowest node above both of two different leaves. */
    static int commonAncestor(int leafNodeA, int leafNodeB, int leafCount) {
        int at = leafNodeA;
        while (!isInSubtree(leafNodeB, at)) {
            at = parent(at, leafCount);
        }
        return at;
    }

    /** The smallest power of two that is at least {@code leaves} and at least 1. */
    static int fullLeafCount(int leaves) {
        int count = 1;
        while (count < leaves) {
            count *= 2;
        }
        return count;
    }

    private static int requireParent(int node) {
        int level = level(node);
        if (level == 0) {
            throw new IllegalArgumentException("a leaf has no children: " + node);
        }
        return level;
    }
}
