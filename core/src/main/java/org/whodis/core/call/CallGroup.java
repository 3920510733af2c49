package org.whodis.core.call;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.mls.Member;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.Processed;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.core.sframe.MlsKeyId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** The MLS group of a call of two, once both are in it, with its media keys. */
final class CallGroup {
    private static final int MEMBERS = 2;

    private final MlsGroup group;
    private final Keys keys;
    private final Member peer;

    private CallGroup(MlsGroup group, Member peer) {
        this.group = group;
        this.peer = peer;
        SortedSet<Integer> leaves = new TreeSet<>();
        for (Member member : group.members()) {
            leaves.add(member.leafIndex());
        }
        Secret base = group.export(MlsKeyId.EXPORTER_LABEL, Bytes.EMPTY, MediaFrame.BASE_KEY_LENGTH);
        this.keys = new Keys(group.epoch(), leaves, base);
    }

    /** Takes {@code group} over if its members are ourselves and one other; else erases and refuses it. */
    static CallGroup ofTwo(MlsGroup group) throws RejectedException {
        List<Member> others = new ArrayList<>(group.members());
        others.removeIf(member -> member.leafIndex() == group.ownLeaf());
        if (others.size() != MEMBERS - 1) {
            group.erase();
            throw new RejectedException(Rejection.UNEXPECTED_GROUP, others.size() + " others");
        }
        return new CallGroup(group, others.get(0));
    }

    /** For tests, which speak for hostile members. */
    MlsGroup mls() {
        return group;
    }

    int ownLeaf() {
        return group.ownLeaf();
    }

    Member peer() {
        return peer;
    }

    EpochKeys keys() {
        return keys;
    }

    CallMessage.Group seal(GroupMessage message, RandomBytes random) {
        return new CallMessage.Group(group.protect(message.encode(), Bytes.EMPTY, random));
    }

    /** A message of the other member. Commits and proposals are refused: calls of version 1 do not change. */
    GroupMessage open(CallMessage.Group message, long nowSeconds) throws RejectedException {
        Processed processed;
        try {
            processed = group.process(message.mlsMessage(), nowSeconds);
        } catch (MlsException refused) {
            throw new RejectedException(
                    Rejection.BAD_GROUP_MESSAGE, refused.rejection().name());
        }
        switch (processed) {
            case Processed.ApplicationData(int sender, Bytes data, Bytes authenticatedData) -> {
                RejectedException.require(
                        sender == peer.leafIndex() && authenticatedData.isEmpty(), Rejection.BAD_GROUP_MESSAGE);
                try {
                    return GroupMessage.decode(data);
                } catch (DecodeException malformed) {
                    throw new RejectedException(Rejection.BAD_GROUP_MESSAGE, "application data");
                }
            }
            case Processed.NewEpoch newEpoch -> {
                newEpoch.group().erase();
                throw new RejectedException(Rejection.GROUP_CHANGE, "a Commit");
            }
            case Processed.RemovedFromGroup _ -> throw new RejectedException(Rejection.GROUP_CHANGE, "our removal");
            case Processed.StoredProposal _ -> throw new RejectedException(Rejection.GROUP_CHANGE, "a proposal");
        }
    }

    void erase() {
        keys.base.erase();
        group.erase();
    }

    /** Not a record: it holds a secret. */
    private static final class Keys implements EpochKeys {
        private final long epoch;
        private final SortedSet<Integer> leaves;
        private final Secret base;

        Keys(long epoch, SortedSet<Integer> leaves, Secret base) {
            this.epoch = epoch;
            this.leaves = leaves;
            this.base = base;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public SortedSet<Integer> leaves() {
            return new TreeSet<>(leaves);
        }

        /** {@link #open} refuses every Commit. */
        @Override
        public boolean isLast() {
            return true;
        }

        @Override
        public Secret baseKey() {
            return base.slice(0, base.length());
        }
    }
}
