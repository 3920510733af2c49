package org.whodis.verify.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.verify.interop.Peer.Committed;
import org.whodis.verify.interop.Peer.Received;
import org.whodis.verify.interop.Peer.Step;

/**
 * A random history of one group whose members run on different implementations. After every step all members agree on the
 * epoch, its authenticator, the tree hash and an exported secret, and two of them read each other; at the end everybody reads
 * everybody.
 */
final class MixedHistory {
    /** What a history may hold, besides Adds, Removes and empty Commits by value in PrivateMessages. */
    enum Feature {
        PUBLIC_MESSAGES,
        PROPOSALS_BY_REFERENCE,
        UPDATE_PROPOSALS,
        PRE_SHARED_KEYS,
        CONTEXT_EXTENSIONS,
        CONCURRENT_COMMITS
    }

    /** Makes the members of a history; every call may be of another implementation. */
    interface Maker {
        Peer make(String name) throws Exception;
    }

    private final Random dice;
    private final List<Maker> makers;
    private final int most;
    private final Set<Feature> features;
    private final String seed;
    private final int hashLength;
    private final List<Peer> members = new ArrayList<>();
    /** Who sent an Update in this epoch; it is not removed as well, so that a list of proposals stays valid. */
    private @Nullable Peer lastUpdater;

    private int made;
    private final Map<Bytes, Bytes> secrets = new LinkedHashMap<>();
    private final List<String> events = new ArrayList<>();

    /** @param hashLength {@code KDF.Nh} of the suite, the length of a psk_nonce */
    MixedHistory(long seed, int hashLength, int most, Set<Feature> features, List<Maker> makers) {
        this.hashLength = hashLength;
        this.seed = "seed " + seed;
        dice = new Random(seed);
        this.makers = makers;
        this.most = most;
        this.features = EnumSet.copyOf(features);
    }

    /** @throws AssertionError with the history so far */
    void run(int steps) throws Exception {
        try {
            Peer founder = newcomer();
            founder.create(Bytes.utf8("mixed"));
            members.add(founder);
            for (int i = 0; i < steps; i++) {
                step();
                agree();
                talk(any(), any());
            }
            for (Peer from : members) {
                for (Peer to : members) {
                    talk(from, to);
                }
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError(seed + ":\n  " + String.join("\n  ", events), e);
        }
    }

    private boolean may(Feature feature, int oneIn) {
        return features.contains(feature) && dice.nextInt(oneIn) == 0;
    }

    private Peer newcomer() throws Exception {
        Peer peer = makers.get(made % makers.size()).make("member " + made);
        made++;
        for (Map.Entry<Bytes, Bytes> each : secrets.entrySet()) {
            peer.learn(each.getKey(), each.getValue());
        }
        return peer;
    }

    private Peer any() {
        return members.get(dice.nextInt(members.size()));
    }

    private @Nullable Peer otherThan(Peer... excluded) {
        List<Peer> others = new ArrayList<>(members);
        others.removeAll(List.of(excluded));
        return others.isEmpty() ? null : others.get(dice.nextInt(others.size()));
    }

    private void step() throws Exception {
        Peer committer = any();
        List<Peer> added = new ArrayList<>();
        List<Peer> removed = new ArrayList<>();
        List<String> what = new ArrayList<>();
        if (may(Feature.PROPOSALS_BY_REFERENCE, 3)) {
            proposeOne(committer, added, removed);
        }
        List<Step> steps = new ArrayList<>();
        int kind = dice.nextInt(4);
        if (kind == 0 || members.size() == 1) {
            if (members.size() + added.size() - removed.size() < most) {
                Peer newcomer = newcomer();
                added.add(newcomer);
                steps.add(new Step.Add(newcomer.keyPackage()));
                what.add("add " + newcomer.name());
            }
        } else if (kind == 1 && removed.isEmpty()) {
            Peer gone = otherThan(committer);
            if (gone != null && !gone.equals(lastUpdater) && mayLeave(gone)) {
                removed.add(gone);
                steps.add(new Step.Remove(gone.leaf()));
                what.add("remove " + gone.name());
            }
        }
        if (may(Feature.PRE_SHARED_KEYS, 4)) {
            Bytes id = newSecret(added);
            steps.add(new Step.Inject(id, nonce()));
            what.add("inject");
        }
        if (may(Feature.CONTEXT_EXTENSIONS, 5) && !(committer instanceof TsMls.TsMlsPeer)) {
            steps.add(new Step.NoExtensions());
            what.add("replace extensions");
        }
        if (may(Feature.CONCURRENT_COMMITS, 4)) {
            Peer loser = otherThan(committer);
            if (loser != null) {
                loser.commit(List.of(), open(), false);
                what.add("overtake " + loser.name());
            }
        }
        boolean open = open();
        events.add(committer.name() + " commits " + what + (open ? " in the open" : ""));
        deliver(committer, committer.commit(steps, open, true), added, removed);
    }

    /** Both libraries go wrong where the left half of the tree is blank: the root is then in no filtered direct path. */
    private boolean mayLeave(Peer gone) throws Exception {
        TreeSet<Integer> left = new TreeSet<>();
        for (Peer member : members) {
            if (!member.equals(gone)) {
                left.add(member.leaf());
            }
        }
        return left.last() == 0 || left.first() < Integer.highestOneBit(left.last());
    }

    private boolean open() {
        return may(Feature.PUBLIC_MESSAGES, 3);
    }

    private void proposeOne(Peer committer, List<Peer> added, List<Peer> removed) throws Exception {
        lastUpdater = null;
        Peer proposer = any();
        boolean open = open();
        Bytes message;
        String what;
        int kind = dice.nextInt(4);
        if (kind == 0 && members.size() < most) {
            Peer newcomer = newcomer();
            added.add(newcomer);
            message = proposer.propose(new Step.Add(newcomer.keyPackage()), open);
            what = "to add " + newcomer.name();
        } else if (kind == 1) {
            Peer gone = otherThan(committer);
            // bcmls refuses a proposal to remove itself.
            if (gone == null || !mayLeave(gone) || gone instanceof BouncyCastlePeer) {
                return;
            }
            removed.add(gone);
            message = proposer.propose(new Step.Remove(gone.leaf()), open);
            what = "to remove " + gone.name();
        } else if (kind == 2 && features.contains(Feature.UPDATE_PROPOSALS) && proposer instanceof OurPeer ours) {
            if (ours.equals(committer)) {
                return;
            }
            lastUpdater = ours;
            message = ours.proposeUpdate(open);
            what = "an update";
        } else if (features.contains(Feature.PRE_SHARED_KEYS)) {
            message = proposer.propose(new Step.Inject(newSecret(added), nonce()), open);
            what = "to inject";
        } else {
            return;
        }
        events.add(proposer.name() + " proposes " + what + (open ? " in the open" : ""));
        for (Peer member : members) {
            if (!member.equals(proposer)) {
                assertThat(member.receive(message)).as(member.name()).isEqualTo(new Received.Proposed());
            }
        }
    }

    private Bytes nonce() {
        byte[] nonce = new byte[hashLength];
        dice.nextBytes(nonce);
        return Bytes.of(nonce);
    }

    private Bytes newSecret(List<Peer> newcomers) throws Exception {
        Bytes id = Bytes.utf8("psk " + secrets.size());
        byte[] secret = new byte[32];
        dice.nextBytes(secret);
        secrets.put(id, Bytes.of(secret));
        for (Peer peer : Stream.concat(members.stream(), newcomers.stream()).toList()) {
            peer.learn(id, Bytes.of(secret));
        }
        return id;
    }

    private void deliver(Peer committer, Committed commit, List<Peer> added, List<Peer> removed) throws Exception {
        List<Peer> receivers = new ArrayList<>(members);
        Collections.shuffle(receivers, dice);
        for (Peer member : receivers) {
            if (member.equals(committer)) {
                continue;
            }
            Received expected = removed.contains(member) ? new Received.Removed() : new Received.InNextEpoch();
            assertThat(member.receive(commit.message())).as(member.name()).isEqualTo(expected);
        }
        members.removeAll(removed);
        for (Peer newcomer : added) {
            newcomer.join(Histories.welcome(commit));
            members.add(newcomer);
        }
        lastUpdater = null;
    }

    private void agree() throws Exception {
        Bytes context = Bytes.utf8("step " + events.size());
        Peer.View expected = members.get(0).view(context);
        for (Peer member : members) {
            assertThat(member.view(context)).as(member.name()).isEqualTo(expected);
        }
    }

    private void talk(Peer from, Peer to) throws Exception {
        if (from.equals(to)) {
            return;
        }
        for (Peer[] way : new Peer[][] {{from, to}, {to, from}}) {
            Bytes data = Bytes.utf8(way[0].name() + " in step " + events.size());
            assertThat(way[1].receive(way[0].protect(data, Bytes.utf8("aad"))))
                    .as(way[0].name() + " to " + way[1].name())
                    .isEqualTo(new Received.Data(data));
        }
    }
}
