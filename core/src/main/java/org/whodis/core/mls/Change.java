package org.whodis.core.mls;

import java.util.List;

/** What a Commit changed, for whoever decides whether to follow it and shows it to people. */
public sealed interface Change {
    record Added(int leafIndex, LeafNode leaf) implements Change {}

    /** By an external Commit. */
    record JoinedExternally(int leafIndex, LeafNode leaf) implements Change {}

    /** By an Update proposal or by the path of the Commit. */
    record Updated(int leafIndex, LeafNode before, LeafNode after) implements Change {}

    record Removed(int leafIndex, LeafNode leaf) implements Change {}

    record PreSharedKeyInjected(PreSharedKeyId id) implements Change {}

    record ContextExtensionsReplaced(List<Extension> extensions) implements Change {
        public ContextExtensionsReplaced {
            extensions = List.copyOf(extensions);
        }
    }
}
