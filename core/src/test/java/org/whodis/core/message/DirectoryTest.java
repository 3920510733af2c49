package org.whodis.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.People;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Directory.Progress;
import org.whodis.core.message.Directory.Reading;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

class DirectoryTest {
    private final People people = new People(43);
    private final People.Person ada = people.person("Ada", NOW);
    private final People.Person bob = people.person("Bob", NOW);
    private final People.Person carl = people.person("Carl", NOW);
    private Directory directory;

    @BeforeEach
    void start() {
        directory = new Directory(PRIMITIVES, people.offices(), ada.chain());
    }

    /** As an office sends them: in the order of their ids. */
    private static Bytes page(boolean more, People.Person... who) {
        List<UnverifiedChain> chains = new ArrayList<>();
        List.of(who).stream()
                .map(People.Person::chain)
                .sorted(Comparator.comparing(VerifiedChain::principal))
                .forEach(chain -> chains.add(chain.wire()));
        return new DirectoryPage(chains, more).encode();
    }

    private Progress work() {
        Progress progress = directory.work();
        while (progress == Progress.AGAIN) {
            progress = directory.work();
        }
        return progress;
    }

    private void read(People.Person... who) throws DecodeException {
        directory.page(directory.begin(), page(false, who));
        assertThat(work()).isEqualTo(Progress.FINISHED);
    }

    private List<String> names() {
        return directory.people().stream().map(each -> each.genesis().name()).toList();
    }

    @Test
    void everybodyButTheOwnerIsListedByName() throws DecodeException {
        read(carl, ada, bob);
        assertThat(names()).containsExactly("Bob", "Carl");
        assertThat(directory.find(bob.chain().principal())).isEqualTo(bob.chain());
        assertThat(directory.takeGrown()).isNull();
    }

    @Test
    void pagesAreAskedForUntilThereAreNoMore() throws DecodeException {
        People.Person first = bob.chain().principal().compareTo(carl.chain().principal()) < 0 ? bob : carl;
        People.Person second = first == bob ? carl : bob;
        Reading reading = directory.begin();
        assertThat(reading.last()).isNull();
        assertThat(directory.isBusy()).isFalse();
        directory.page(reading, page(true, first));
        assertThat(directory.isBusy()).isTrue();
        assertThat(work()).isEqualTo(Progress.ASK);
        assertThat(names()).as("nothing is shown of what is half read").isEmpty();
        assertThat(reading.last()).isEqualTo(first.chain().principal());
        directory.page(reading, page(false, second));
        assertThat(work()).isEqualTo(Progress.FINISHED);
        assertThat(names()).containsExactly("Bob", "Carl");
    }

    @Test
    void anOfficeThatSendsTheSamePageAgainAndAgainIsAskedOnlyTwice() throws DecodeException {
        Reading reading = directory.begin();
        directory.page(reading, page(true, bob));
        assertThat(work()).isEqualTo(Progress.ASK);
        directory.page(reading, page(true, bob));
        assertThat(work()).isEqualTo(Progress.FINISHED);
    }

    @Test
    void aPageThatNobodyAskedForIsNotTaken() throws DecodeException {
        Reading former = directory.begin();
        Reading reading = directory.begin();
        directory.page(former, page(false, carl));
        assertThat(directory.work()).isEqualTo(Progress.WAITING);
        directory.lost(former);
        directory.page(reading, page(false, bob));
        directory.page(reading, page(false, carl));
        assertThat(work()).isEqualTo(Progress.FINISHED);
        assertThat(names()).containsExactly("Bob");
    }

    @Test
    void chainsFromWhichADeviceWasRevokedAreHandedOn() throws DecodeException {
        read(bob, carl);
        assertThat(directory.takeRevoked()).isEmpty();
        UnverifiedChain before = bob.addDevice(0, NOW).chain().wire();
        directory.changed(before);
        assertThat(directory.takeRevoked()).isEmpty();
        assertThat(directory.changed(bob.revoke(0, 1, NOW).wire())).isTrue();
        assertThat(directory.takeRevoked()).containsExactly(bob.chain());
        assertThat(directory.takeRevoked()).isEmpty();
        assertThat(directory.changed(before)).isFalse();
        assertThat(directory.find(bob.chain().principal())).isEqualTo(bob.chain());
        read(bob, carl);
        assertThat(directory.takeRevoked())
                .as("a device that was away when it was told reads of it")
                .containsExactly(bob.chain());
    }

    @Test
    void whoeverWasLeftOutForAWhileIsNotShownAgainWithAShorterChain() throws DecodeException {
        UnverifiedChain before = bob.wire();
        bob.addDevice(0, NOW).revoke(0, 1, NOW);
        read(bob, carl);
        read(carl);
        assertThat(names()).containsExactly("Carl");
        assertThat(directory.find(bob.chain().principal())).isNull();
        directory.page(directory.begin(), new DirectoryPage(List.of(before), false).encode());
        assertThat(work()).isEqualTo(Progress.FINISHED);
        assertThat(directory.find(bob.chain().principal())).as("in a reading").isEqualTo(bob.chain());
        read(carl);
        directory.changed(before);
        assertThat(directory.find(bob.chain().principal())).as("as news").isEqualTo(bob.chain());
    }

    @Test
    void aChainThatThePersonsOwnDeviceWasRevokedInIsTheirLongerOne() throws DecodeException {
        ada.addDevice(0, NOW);
        directory = new Directory(PRIMITIVES, people.offices(), ada.chain());
        assertThat(directory.changed(ada.revoke(1, 0, NOW).wire())).isFalse();
        VerifiedChain grown = directory.takeGrown();
        assertThat(grown).isEqualTo(ada.chain());
        assertThat(directory.ownIs(ada.chain())).isTrue();
        assertThat(directory.own().isRevoked(ada.device(0))).isTrue();
    }

    @Test
    void aPageThatIsNoneEndsTheReadingAndWhatWasKnownStays() throws DecodeException {
        read(bob);
        Reading reading = directory.begin();
        assertThatThrownBy(() -> directory.page(reading, Bytes.utf8("no page"))).isInstanceOf(DecodeException.class);
        assertThat(directory.reading()).isNull();
        assertThat(names()).containsExactly("Bob");
    }

    @Test
    void whoLeftTheOfficeIsListedNoMoreAndAnOlderChainIsNotBelieved() throws DecodeException {
        UnverifiedChain before = bob.chain().wire();
        bob.addDevice(0, NOW);
        read(bob, carl);
        Reading reading = directory.begin();
        directory.page(reading, new DirectoryPage(List.of(before), false).encode());
        assertThat(work()).isEqualTo(Progress.FINISHED);
        assertThat(names()).containsExactly("Bob");
        assertThat(directory.find(bob.chain().principal())).isEqualTo(bob.chain());
    }

    @Test
    void somebodyNewIsListedAtOnce() throws DecodeException {
        read(bob);
        assertThat(directory.changed(carl.chain().wire())).isTrue();
        assertThat(names()).containsExactly("Bob", "Carl");
        assertThat(directory.changed(carl.chain().wire())).as("the same again").isFalse();
    }

    @Test
    void aDeviceThatIsAddedIsKnownAtOnceAndNewsThatAreOlderChangeNothing() throws DecodeException {
        UnverifiedChain before = bob.chain().wire();
        read(bob);
        bob.addDevice(0, NOW);
        assertThat(directory.changed(bob.chain().wire())).isTrue();
        assertThat(directory.changed(before)).isFalse();
        assertThat(directory.find(bob.chain().principal()).devices()).hasSize(2);
    }

    @Test
    void newsOfAnotherOfficesPersonOrOfAForgedOneAreNotBelieved() throws DecodeException {
        read(bob);
        assertThat(directory.changed(
                        new People(44).person("Mallory", NOW).chain().wire()))
                .isFalse();
        UnverifiedChain real = carl.chain().wire();
        UnverifiedChain forged = new UnverifiedChain(
                real.genesis(), bob.addDevice(0, NOW).chain().wire().statements());
        assertThat(directory.changed(forged)).isFalse();
        assertThat(names()).containsExactly("Bob");
    }

    @Test
    void newsThatComeWhileThePagesAreReadOutliveThem() throws DecodeException {
        Reading reading = directory.begin();
        Bytes old = page(false, bob);
        directory.changed(carl.chain().wire());
        bob.addDevice(0, NOW);
        directory.changed(bob.chain().wire());
        directory.page(reading, old);
        assertThat(work()).isEqualTo(Progress.FINISHED);
        assertThat(names()).containsExactly("Bob", "Carl");
        assertThat(directory.find(bob.chain().principal()).devices()).hasSize(2);
    }

    @Test
    void moreNewsThanAreKeptWhileThePagesAreReadMakeThemBeReadAnew() throws DecodeException {
        Reading reading = directory.begin();
        for (int i = 0; i <= Directory.MAX_LATE; i++) {
            directory.changed(carl.chain().wire());
        }
        directory.page(reading, page(false, bob));
        assertThat(work()).isEqualTo(Progress.ASK);
        Reading again = directory.reading();
        assertThat(again).isNotNull().isNotSameAs(reading);
        assertThat(last(again)).isNull();
        directory.page(again, page(false, bob, carl));
        assertThat(work()).isEqualTo(Progress.FINISHED);
        assertThat(names()).containsExactly("Bob", "Carl");
    }

    private static @Nullable Object last(@Nullable Reading reading) {
        return reading == null ? null : reading.last();
    }

    @Test
    void theOwnersChainGrowsByPagesAndByNewsAndNeverBecomesShorter() throws DecodeException {
        VerifiedChain before = ada.chain();
        ada.addDevice(0, NOW);
        VerifiedChain two = ada.chain();
        read(ada, bob);
        assertThat(directory.takeGrown()).isEqualTo(two);
        assertThat(directory.takeGrown()).as("once").isNull();
        assertThat(directory.own()).as("who asks decides").isEqualTo(before);
        assertThat(directory.ownIs(two)).isTrue();
        assertThat(directory.ownIs(two)).isFalse();
        ada.addDevice(1, NOW);
        assertThat(directory.changed(ada.chain().wire()))
                .as("nobody in the list")
                .isFalse();
        assertThat(directory.takeGrown()).isEqualTo(ada.chain());
        assertThat(directory.ownIs(ada.chain())).isTrue();
        assertThat(directory.ownIs(two)).isFalse();
        directory.changed(two.wire());
        assertThat(directory.takeGrown()).isNull();
        assertThat(directory.own()).isEqualTo(ada.chain());
    }
}
