package org.whodis.office.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeMoment;
import org.whodis.office.call.CallRecord;
import org.whodis.office.call.CallRecord.Answered;
import org.whodis.office.call.CallRecord.End;
import org.whodis.office.call.CallRecord.Ended;
import org.whodis.office.call.CallRecord.Offered;
import org.whodis.office.call.CallRecord.Phase;
import org.whodis.office.call.CallRecord.Ringing;
import org.whodis.office.testkit.TestDevice;

/** What every engine behind {@link Store} has to do. A subclass says how one is opened; it may be opened again. */
public abstract class StoreContract {
    private static final OfficeDomain DOMAIN = new OfficeDomain("office.example");
    private static final HybridKeyPair OFFICE = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
    private static final long NOW = 1_800_000_000_000L;

    private Store store;

    protected abstract Store open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        store = open();
    }

    @AfterEach
    void end() {
        store.close();
    }

    @Test
    void theOfficesIdentityIsKept() throws Exception {
        OfficeStore.Identity identity = new OfficeStore.Identity(DOMAIN, random(32), NOW);
        assertThat(read(tx -> tx.office().find())).isNull();
        write(tx -> tx.office().add(identity));
        reopen();
        assertThat(read(tx -> tx.office().find())).isEqualTo(identity);
        assertThatThrownBy(() -> write(tx -> tx.office().add(identity))).isInstanceOf(StoreException.class);
    }

    @Test
    void theKeysThatAnOfficeHasLeftAreKeptInTheirOrderWithTheOneThatItHas() throws Exception {
        write(tx -> tx.office().add(new OfficeStore.Identity(DOMAIN, random(32), NOW)));
        assertThat(read(tx -> tx.office().rotations())).isEqualTo(List.of());
        List<OfficeStore.Rotation> left = new ArrayList<>();
        HybridKeyPair from = OFFICE;
        for (int i = 0; i < 3; i++) {
            HybridKeyPair to = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
            Bytes hash = to.publicKey().keyHash(TestDevice.PRIMITIVES);
            KeyRotation said = new KeyRotation(
                    DOMAIN, from.publicKey().keyHash(TestDevice.PRIMITIVES), to.publicKey(), random(32), NOW + i);
            OfficeStore.Rotation rotation = new OfficeStore.Rotation(
                    from.publicKey(),
                    KeyRotation.Signed.sign(TestDevice.PRIMITIVES, TestDevice.RANDOM, said, from, to, null));
            left.add(rotation);
            write(tx -> tx.office().rotate(hash, rotation));
            reopen();
            assertThat(read(tx -> tx.office().rotations())).isEqualTo(left);
            assertThat(read(tx -> Objects.requireNonNull(tx.office().find()).officeKey()))
                    .isEqualTo(hash);
            from = to;
        }
    }

    @Test
    void anOfficeThatWasSeenForLongIsNotForgottenForOneThatWasSeenOnce() throws Exception {
        long day = 24L * 60 * 60 * 1000;
        for (String each :
                List.of("once.example", "long.example", "gone.example", "compared.example", "ruled.example")) {
            PeerKeys keys =
                    PeerKeys.first(new OfficeDomain(each), OFFICE.publicKey(), random(32), random(32), NOW - 500 * day);
            write(tx -> tx.peers().put(keys));
        }
        OfficeDomain compared = new OfficeDomain("compared.example");
        write(tx -> {
            PeerKeys keys = Objects.requireNonNull(tx.peers().find(compared));
            tx.peers().put(Objects.requireNonNull(keys.compared(keys.keyHash(), NOW)));
            tx.peers().put(new PeerStore.Rule(new OfficeDomain("ruled.example"), true));
            tx.peers().seen(new OfficeDomain("long.example"), NOW - day);
            tx.peers().seen(new OfficeDomain("gone.example"), NOW - 400 * day);
        });
        for (String each : List.of("once.example", "gone.example")) {
            OfficeDomain least =
                    Objects.requireNonNull(store.attempt(tx -> tx.peers().leastKnown(day, NOW - 365 * day)));
            assertThat(least).isEqualTo(new OfficeDomain(each));
            assertThat(read(tx -> tx.peers().forget(least))).isEqualTo(true);
        }
        OfficeDomain none = store.attempt(tx -> tx.peers().leastKnown(day, NOW - 365 * day));
        assertThat(none).isNull();
        assertThat(read(tx -> tx.peers().forget(new OfficeDomain("once.example"))))
                .isEqualTo(false);
        assertThat(read(tx -> tx.peers().count())).isEqualTo(3);
    }

    @Test
    void bothTimesOfTheOfficeAreKept() throws Exception {
        write(tx -> tx.office().add(new OfficeStore.Identity(DOMAIN, random(32), NOW)));
        assertThat(read(tx -> tx.office().saved())).isNull();
        write(tx -> tx.office().save(new OfficeMoment(NOW, 17)));
        write(tx -> tx.office().save(new OfficeMoment(NOW - 5, 18)));
        reopen();
        assertThat(read(tx -> tx.office().saved())).isEqualTo(new OfficeMoment(NOW - 5, 18));
    }

    @Test
    void anInvitationIsReadBackAtEachStep() throws Exception {
        InvitationStore.Invitation open =
                new InvitationStore.Invitation(random(32), "Änna 🦉", "", NOW, NOW + 1000, new InvitationStore.Open());
        write(tx -> tx.invitations().add(open));
        List<InvitationStore.Progress> steps = List.of(
                new InvitationStore.Committed(random(32), random(32)),
                new InvitationStore.Revealed(
                        random(32),
                        random(32),
                        random(900),
                        OFFICE.sign(TestDevice.PRIMITIVES, "x", random(3), TestDevice.RANDOM),
                        random(32),
                        "one two three four",
                        NOW + 5),
                new InvitationStore.Confirmed(new PrincipalId(random(32))),
                new InvitationStore.Refused());
        assertThat(invitation(open.secretHash())).isEqualTo(open);
        for (InvitationStore.Progress step : steps) {
            write(tx -> tx.invitations().update(open.at(NOW + 2000, step)));
            reopen();
            assertThat(invitation(open.secretHash())).isEqualTo(open.at(NOW + 2000, step));
            int waiting = store.transact(tx -> tx.invitations().revealed(NOW).size());
            assertThat(waiting).isEqualTo(step instanceof InvitationStore.Revealed ? 1 : 0);
        }
        write(tx -> tx.invitations().prune(NOW + 2001));
        assertThat(invitation(open.secretHash())).isNull();
    }

    @Test
    void aPersonAndTheirDevicesAreReadBackAndTheChainOnlyGrows() throws Exception {
        HybridKeyPair first = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
        VerifiedChain chain = chain(first, "Anna");
        write(tx -> tx.principals().add(chain, NOW));
        VerifiedChain longer = extend(chain, first);
        write(tx -> tx.principals().extend(longer));
        reopen();
        PrincipalStore.Principal read = store.transact(tx -> tx.principals().find(chain.principal()));
        assertThat(read.chain()).isEqualTo(longer.wire());
        assertThat(read.devices())
                .containsExactly(
                        longer.devices().get(0).id(), longer.devices().get(1).id());
        DeviceId second = longer.devices().get(1).id();
        PrincipalStore.Device device = store.transact(tx -> tx.principals().findDevice(second));
        assertThat(device.principal()).isEqualTo(chain.principal());
        assertThat(device.key()).isEqualTo(longer.devices().get(1).key());
        assertThatThrownBy(() -> write(tx -> tx.principals().extend(longer))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> write(tx -> tx.principals().add(chain, NOW))).isInstanceOf(StoreException.class);
    }

    @Test
    void aDeviceThatWasRevokedIsNobodysAndNothingWaitsForItAndItsKeyIsKnown() throws Exception {
        HybridKeyPair first = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
        VerifiedChain one = chain(first, "Anna");
        write(tx -> tx.principals().add(one, NOW));
        VerifiedChain two = extend(one, first);
        write(tx -> tx.principals().extend(two));
        DeviceId kept = two.devices().get(0).id();
        DeviceId lost = two.devices().get(1).id();
        Envelope envelope = envelope(new EnvelopeId(random(16)));
        CallRecord offered = call(NOW, new Offered());
        write(tx -> {
            tx.envelopes().add(envelope, NOW, NOW + 9000);
            two.devices()
                    .forEach(each -> tx.envelopes().enqueue(each.id(), envelope.id(), Delivery.Kind.LIVE, NOW + 5000));
            tx.links().put(new LinkStore.Link(random(16), two.principal(), lost, NOW + 5000, null));
            tx.personal().putSealingKey(lost, two.principal(), random(100));
            tx.personal().putSealingKey(kept, two.principal(), random(100));
            tx.calls().put(offered);
        });
        VerifiedChain without = RevokeDevice.sign(
                        TestDevice.PRIMITIVES,
                        TestDevice.RANDOM,
                        OfficeKeys.only(TestDevice.PRIMITIVES, DOMAIN, OFFICE.publicKey()),
                        two,
                        lost,
                        first,
                        NOW)
                .chain();
        write(tx -> tx.principals().extend(without));
        reopen();
        PrincipalStore.Principal read = store.transact(tx -> tx.principals().find(one.principal()));
        assertThat(read.chain()).isEqualTo(without.wire());
        assertThat(read.devices()).containsExactly(kept);
        PrincipalStore.Device gone = store.attempt(tx -> tx.principals().findDevice(lost));
        assertThat(gone).isNull();
        assertThat((boolean) store.transact(tx -> tx.principals().isActive(lost)))
                .isFalse();
        assertThat((boolean) store.transact(tx -> tx.principals().isActive(kept)))
                .isTrue();
        gone = store.transact(tx -> tx.principals().findRevoked(lost));
        assertThat(gone.key()).isEqualTo(two.devices().get(1).key());
        gone = store.attempt(tx -> tx.principals().findRevoked(kept));
        assertThat(gone).isNull();
        assertThat(queue(lost, 0, NOW)).isEmpty();
        assertThat(queue(kept, 0, NOW)).hasSize(1);
        List<LinkStore.Link> links = store.transact(tx -> tx.links().of(lost, NOW));
        assertThat(links).isEmpty();
        List<Bytes> keys = store.transact(tx -> tx.personal().sealingKeys(one.principal()));
        assertThat(keys).hasSize(1);
        List<CallRecord> calls = store.transact(tx -> tx.calls().openOf(offered.callerDevice()));
        assertThat(calls).containsExactly(offered);
        calls = store.transact(tx -> tx.calls().openOf(lost));
        assertThat(calls).isEmpty();
        VerifiedChain four = extend(without, first);
        write(tx -> tx.principals().extend(four));
        reopen();
        List<DeviceId> devices = store.transact(tx -> tx.principals().devices(one.principal()));
        assertThat(devices).containsExactly(kept, four.devices().get(1).id());
    }

    @Test
    void peopleAreReadInPagesInTheOrderOfTheirIds() throws Exception {
        List<PrincipalId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            VerifiedChain chain = person("Person " + i);
            ids.add(chain.principal());
        }
        ids.sort(null);
        List<PrincipalId> read = new ArrayList<>();
        PrincipalId last = null;
        while (true) {
            PrincipalId after = last;
            List<PrincipalStore.Principal> page =
                    store.transact(tx -> tx.principals().page(after, 2));
            if (page.isEmpty()) {
                break;
            }
            page.forEach(each -> read.add(each.id()));
            last = read.getLast();
        }
        assertThat(read).isEqualTo(ids);
        assertThat((int) store.transact(tx -> tx.principals().count())).isEqualTo(5);
    }

    @Test
    void aCallIsReadBackInEachPhase() throws Exception {
        DeviceId winner = new DeviceId(random(32));
        for (Phase phase : List.of(
                new Offered(),
                new Ringing(),
                new Answered(winner),
                new Ended(End.DECLINED, NOW + 7, new Offered()),
                new Ended(End.HUNG_UP, NOW + 7, new Answered(winner)))) {
            CallRecord call = call(NOW, phase);
            write(tx -> tx.calls().put(call));
            reopen();
            assertThat(read(tx -> tx.calls().find(call.id()))).isEqualTo(call);
            assertThat((long) store.transact(tx -> tx.calls().nextDue())).isEqualTo(call.dueAt());
            assertThat(read(tx -> tx.calls().due(call.dueAt() - 1, 9))).isEqualTo(List.of());
            assertThat(read(tx -> tx.calls().due(call.dueAt(), 9))).isEqualTo(List.of(call));
            write(tx -> tx.calls().remove(call.id()));
        }
        assertThat((long) store.transact(tx -> tx.calls().nextDue())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void openedCallsAreCountedByCallerAndByPair() throws Exception {
        CallRecord first = call(NOW, new Offered());
        CallRecord second = new CallRecord(
                new CallId(random(16)),
                first.caller(),
                first.callerDevice(),
                new PrincipalId(random(32)),
                first.offer(),
                first.offerHash(),
                NOW + 10,
                NOW + 20,
                NOW + 10,
                new Offered(),
                null);
        write(tx -> tx.calls().put(first));
        write(tx -> tx.calls().put(second));
        assertThat((int) store.transact(tx -> tx.calls().openedBy(first.caller(), NOW - 1)))
                .isEqualTo(2);
        assertThat((int) store.transact(tx -> tx.calls().openedBy(first.caller(), NOW)))
                .isEqualTo(1);
        assertThat((int) store.transact(tx -> tx.calls().opened(first.caller(), first.callee(), NOW - 1)))
                .isEqualTo(1);
    }

    @Test
    void aQueueIsInOrderAndEndsAtWhatWasAcknowledged() throws Exception {
        DeviceId device = person("Boris").devices().getFirst().id();
        List<Envelope> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Envelope envelope = envelope();
            sent.add(envelope);
            write(tx -> tx.envelopes().add(envelope, NOW, NOW + 1000));
            assertThat((long) store.transact(
                            tx -> tx.envelopes().enqueue(device, envelope.id(), Delivery.Kind.LIVE, NOW + 1000)))
                    .isEqualTo(i + 1);
        }
        reopen();
        assertThat(queue(device, 0, NOW)).extracting(Delivery::envelope).isEqualTo(sent);
        assertThat(queue(device, 3, NOW)).extracting(Delivery::sequence).containsExactly(4L, 5L);
        write(tx -> tx.envelopes().acknowledge(device, 3));
        assertThat(queue(device, 0, NOW)).extracting(Delivery::sequence).containsExactly(4L, 5L);
        assertThat(queue(device, 0, NOW + 1000)).as("past the time").isEmpty();
        write(tx -> tx.envelopes().acknowledge(device, 5));
        assertThat((int) store.transact(tx -> tx.envelopes().queued(device))).isZero();
        // Sequence numbers are not given twice.
        write(tx -> tx.envelopes().add(envelope(sent), NOW, NOW + 1000));
        assertThat((long) store.transact(
                        tx -> tx.envelopes().enqueue(device, sent.getLast().id(), Delivery.Kind.LIVE, NOW + 1000)))
                .isEqualTo(6);
    }

    @Test
    void anIdIsKnownUntilItMayBeForgotten() throws Exception {
        Envelope envelope = envelope();
        write(tx -> tx.envelopes().add(envelope, NOW, NOW + 500));
        assertThat(isKnown(envelope)).isTrue();
        write(tx -> tx.envelopes().acknowledge(new DeviceId(random(32)), 1));
        write(tx -> tx.envelopes().prune(NOW + 499));
        assertThat(isKnown(envelope)).isTrue();
        write(tx -> tx.envelopes().prune(NOW + 500));
        assertThat(isKnown(envelope)).isFalse();
    }

    @Test
    void aMissedCallTakesThePlaceOfTheOfferAndIsGoneOnceOneDeviceFetchedIt() throws Exception {
        HybridKeyPair key = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
        VerifiedChain one = chain(key, "Boris");
        write(tx -> tx.principals().add(one, NOW));
        VerifiedChain two = extend(one, key);
        write(tx -> tx.principals().extend(two));
        List<DeviceId> devices = two.devices().stream().map(each -> each.id()).toList();
        CallRecord call = call(NOW, new Offered());
        Envelope offer = envelope(call.offer());
        write(tx -> {
            tx.calls().put(call);
            tx.envelopes().add(offer, NOW, NOW + 500);
            devices.forEach(each -> tx.envelopes().enqueue(each, offer.id(), Delivery.Kind.LIVE, NOW + 100));
        });
        // Both have seen it ring; while the call rings, the offer is not forgotten.
        devices.forEach(each -> writeQuietly(tx -> tx.envelopes().acknowledge(each, 1)));
        write(tx -> {
            tx.missedCalls().add(one.principal(), devices, offer.id(), NOW + 9000);
            tx.calls().put(call.at(new Ended(End.CANCELLED, NOW + 10, new Offered()), NOW + 10));
        });
        reopen();
        assertThat((int) store.transact(tx -> tx.missedCalls().count(one.principal())))
                .isEqualTo(1);
        for (DeviceId device : devices) {
            assertThat(queue(device, 0, NOW + 5000)).singleElement().satisfies(each -> {
                assertThat(each.kind()).isEqualTo(Delivery.Kind.MISSED);
                assertThat(each.envelope()).isEqualTo(offer);
                assertThat(each.sequence()).isEqualTo(2);
            });
        }
        write(tx -> tx.envelopes().acknowledge(devices.get(1), 2));
        assertThat(queue(devices.get(0), 0, NOW)).isEmpty();
        assertThat((int) store.transact(tx -> tx.missedCalls().count(one.principal())))
                .isZero();
    }

    @Test
    void aLinkIsReadBackWithItsRequest() throws Exception {
        HybridKeyPair key = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
        VerifiedChain chain = chain(key, "Anna");
        write(tx -> tx.principals().add(chain, NOW));
        DeviceId device = chain.devices().getFirst().id();
        DeviceLink link = new DeviceLink(
                DOMAIN,
                org.whodis.core.crypto.Secret.owning(TestDevice.RANDOM.next(16)),
                random(32),
                chain.principal());
        LinkStore.Link open =
                new LinkStore.Link(link.id(TestDevice.PRIMITIVES), chain.principal(), device, NOW + 10, null);
        write(tx -> tx.links().put(open));
        assertThat(read(tx -> tx.links().find(open.id()))).isEqualTo(open);
        LinkRequest request =
                LinkRequest.create(TestDevice.PRIMITIVES, TestDevice.RANDOM, link, key, DeviceKind.JAVA_PHONE);
        write(tx -> tx.links().put(open.with(request)));
        reopen();
        assertThat(read(tx -> tx.links().of(device, NOW))).isEqualTo(List.of(open.with(request)));
        assertThat(read(tx -> tx.links().of(device, NOW + 10))).isEqualTo(List.of());
        write(tx -> tx.links().prune(NOW + 10));
        assertThat(read(tx -> tx.links().find(open.id()))).isNull();
    }

    @Test
    void workThatFailsLeavesNothingBehindAndDoesNotTouchWhatSharesItsCommit() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger failed = new AtomicInteger();
        Thread blocker = Thread.startVirtualThread(() -> writeQuietly(tx -> {
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        begun.await();
        List<Thread> threads = new ArrayList<>();
        List<CallRecord> written = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CallRecord call = call(NOW, new Offered());
            boolean fails = i % 3 == 0;
            if (!fails) {
                written.add(call);
            }
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    write(tx -> {
                        tx.calls().put(call);
                        if (fails) {
                            throw new IllegalStateException("on purpose");
                        }
                    });
                } catch (IllegalStateException e) {
                    failed.incrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        go.countDown();
        blocker.join();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failed).hasValue(7);
        reopen();
        assertThat((int) store.transact(tx -> tx.calls().countOpen())).isEqualTo(written.size());
        for (CallRecord call : written) {
            assertThat(read(tx -> tx.calls().find(call.id()))).isEqualTo(call);
        }
    }

    @Test
    void whatIsWrittenSoonIsThereAfterAClose() throws Exception {
        CallRecord call = call(NOW, new Offered());
        store.transactSoon(tx -> {
            tx.calls().put(call);
            return true;
        });
        reopen();
        assertThat(read(tx -> tx.calls().find(call.id()))).isEqualTo(call);
    }

    private void reopen() throws Exception {
        store.close();
        store = open();
    }

    private interface Write {
        void run(Store.Transaction transaction);
    }

    private void write(Write write) throws InterruptedException {
        store.transact(tx -> {
            write.run(tx);
            return true;
        });
    }

    private void writeQuietly(Write write) {
        try {
            write(write);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object read(Store.Work<?> work) throws InterruptedException {
        return store.attempt(work);
    }

    private @Nullable Object invitation(Bytes secretHash) throws InterruptedException {
        return store.attempt(tx -> tx.invitations().find(secretHash));
    }

    private boolean isKnown(Envelope envelope) throws InterruptedException {
        return store.transact(tx -> tx.envelopes().isKnown(envelope.id()));
    }

    private List<Delivery> queue(DeviceId device, long after, long now) throws InterruptedException {
        return store.transact(tx -> tx.envelopes().queue(device, after, now, 100));
    }

    private VerifiedChain person(String name) throws Exception {
        VerifiedChain chain = chain(HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM), name);
        write(tx -> tx.principals().add(chain, NOW));
        return chain;
    }

    private static VerifiedChain chain(HybridKeyPair device, String name) throws Exception {
        Bytes genesis = new Genesis(
                        DOMAIN,
                        OFFICE.publicKey().keyHash(TestDevice.PRIMITIVES),
                        device.publicKey(),
                        DeviceKind.JAVA_PHONE,
                        name,
                        "",
                        NOW,
                        random(32))
                .encode();
        SignedGenesis signed = new SignedGenesis(
                genesis,
                device.sign(TestDevice.PRIMITIVES, SignedGenesis.BY_DEVICE, genesis, TestDevice.RANDOM),
                OFFICE.sign(TestDevice.PRIMITIVES, SignedGenesis.BY_OFFICE, genesis, TestDevice.RANDOM));
        return verify(new UnverifiedChain(signed, List.of()));
    }

    private static VerifiedChain extend(VerifiedChain chain, HybridKeyPair signer) throws Exception {
        DeviceLink link = new DeviceLink(
                DOMAIN,
                org.whodis.core.crypto.Secret.owning(TestDevice.RANDOM.next(16)),
                random(32),
                chain.principal());
        HybridKeyPair added = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
        LinkRequest request =
                LinkRequest.create(TestDevice.PRIMITIVES, TestDevice.RANDOM, link, added, DeviceKind.BROWSER);
        List<org.whodis.core.identity.SignedStatement> statements =
                new ArrayList<>(chain.wire().statements());
        statements.add(request.toStatement(TestDevice.PRIMITIVES, TestDevice.RANDOM, chain, signer, NOW));
        return verify(new UnverifiedChain(chain.wire().genesis(), statements));
    }

    private static VerifiedChain verify(UnverifiedChain chain) throws Exception {
        return chain.verify(TestDevice.PRIMITIVES, OfficeKeys.only(TestDevice.PRIMITIVES, DOMAIN, OFFICE.publicKey()));
    }

    private static CallRecord call(long openedAt, Phase phase) {
        return new CallRecord(
                new CallId(random(16)),
                new PrincipalId(random(32)),
                new DeviceId(random(32)),
                new PrincipalId(random(32)),
                new EnvelopeId(random(16)),
                random(32),
                openedAt,
                openedAt + 45_000,
                openedAt + 3,
                phase,
                null);
    }

    private static Envelope envelope() {
        return envelope(new EnvelopeId(random(16)));
    }

    private static Envelope envelope(EnvelopeId id) {
        return new Envelope(
                id,
                new PrincipalId(random(32)),
                new DeviceId(random(32)),
                new PrincipalId(random(32)),
                null,
                new CallId(random(16)),
                NOW + 1000,
                random(300));
    }

    /** A fresh one, remembered as the last of {@code sent}. */
    private static Envelope envelope(List<Envelope> sent) {
        Envelope fresh = envelope();
        sent.add(fresh);
        return fresh;
    }

    private static Bytes random(int count) {
        return Bytes.of(TestDevice.RANDOM.next(count));
    }
}
