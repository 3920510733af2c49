package org.whodis.core.mls;

/** A member of a group: its place in the tree and what it says about itself. */
public record Member(int leafIndex, LeafNode leaf) {}
