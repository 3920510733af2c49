package org.whodis.verify.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.wire.Bytes;
import org.whodis.verify.interop.Peer.Committed;
import org.whodis.verify.interop.Peer.Received;
import org.whodis.verify.interop.Peer.Step;

/** Steps that written-out histories have in common. */
final class Histories {
    private Histories() {}

    /** A group that {@code founder} creates and adds the others to by one Commit, in the order of their leaves. */
    static void group(Peer founder, Peer... others) throws Exception {
        founder.create(Bytes.utf8("history"));
        List<Step> adds = new ArrayList<>();
        for (Peer other : others) {
            adds.add(new Step.Add(other.keyPackage()));
        }
        Committed commit = founder.commit(adds, false, true);
        for (Peer other : others) {
            other.join(welcome(commit));
        }
    }

    static Bytes welcome(Committed commit) {
        Bytes welcome = commit.welcome();
        if (welcome == null) {
            throw new AssertionError("nobody was added");
        }
        return welcome;
    }

    static void follow(Committed commit, Peer... receivers) throws Exception {
        for (Peer receiver : receivers) {
            assertThat(receiver.receive(commit.message())).as(receiver.name()).isEqualTo(new Received.InNextEpoch());
        }
    }
}
