package org.whodis.office.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.Knock;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.office.line.LineOffice.Person;

class KnocksTest {
    private static final int ATTEMPTS = 10_000;

    /** Ten thousand of them fit into the life of one knock. */
    private static final long APART = 60_000;

    private final LineOffice office = new LineOffice();
    private Person anna;
    private Person bert;
    private Person carl;

    @BeforeEach
    void people() throws Exception {
        anna = office.enrol("Anna");
        bert = office.stranger("Bert", "there.example");
        carl = office.stranger("Carl", "elsewhere.example");
        office.context.store().transact(transaction -> {
            transaction.desk().add(anna.chain.principal(), office.now);
            return true;
        });
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void tenThousandKnocksOfEachClassGetTheSameBytesAtTheSameDelay() throws Exception {
        Map<String, Knock.Signed> classes = new LinkedHashMap<>();
        classes.put("for somebody who is enrolled", knock(bert, LineOffice.DOMAIN, "Anna"));
        classes.put("for nobody", knock(bert, LineOffice.DOMAIN, "Zacharias"));
        classes.put("of an office that it does not come from", knock(carl, LineOffice.DOMAIN, "Anna"));
        classes.put("for another office", knock(bert, new OfficeDomain("third.example"), "Anna"));
        Knock.Signed good = knock(bert, LineOffice.DOMAIN, "Anna");
        classes.put(
                "in somebody else's name",
                new Knock.Signed(
                        good.knock(), knock(carl, LineOffice.DOMAIN, "Anna").chain(), good.officeKey()));
        classes.put(
                "with a forged signature",
                new Knock.Signed(
                        new SignedByDevice(
                                good.knock().statement(),
                                good.knock().device(),
                                knock(bert, LineOffice.DOMAIN, "Dora").knock().byDevice()),
                        good.chain(),
                        good.officeKey()));
        Knock.Signed dismissed = knock(bert, LineOffice.DOMAIN, "Anna");
        classes.put("dismissed", dismissed);
        assertThat(send(dismissed)).isEqualTo(new Seen(Bytes.EMPTY, 500));
        dismiss(dismissed);
        for (Map.Entry<String, Knock.Signed> each : classes.entrySet()) {
            long begin = office.now;
            for (int i = 0; i < ATTEMPTS; i++) {
                // Some of them are too many, too.
                office.now += i % 10 == 0 ? APART * 9 : 0;
                Seen seen = send(each.getValue());
                if (!seen.equals(new Seen(Bytes.EMPTY, 500))) {
                    assertThat(seen).as(each.getKey()).isEqualTo(new Seen(Bytes.EMPTY, 500));
                }
            }
            office.now = begin;
        }
        assertThat(waiting()).as("those that are good").hasSize(2);
    }

    @Test
    void aKnockThatWasDismissedIsNotShownAgainThoughItIsSentAgainUntilItExpires() throws Exception {
        Knock.Signed knock = knock(bert, LineOffice.DOMAIN, "Anna");
        send(knock);
        assertThat(waiting()).hasSize(1);
        dismiss(knock);
        assertThat(waiting()).isEmpty();
        office.told.clear();
        for (long time = office.now; time < LineOffice.START + Knock.MAX_LIFETIME_MILLIS + 120_000; time += 3_600_000) {
            office.now = time;
            prune();
            send(knock);
            assertThat(waiting()).isEmpty();
        }
        assertThat(office.told).as("nor is the desk told of it").isEmpty();
    }

    @Test
    void whatWasDismissedLeavesRoomForAnotherOne() throws Exception {
        for (int i = 0; i < 5 * LineDesk.MAX_KNOCKS_BY_ONE; i++) {
            office.now += APART;
            Knock.Signed knock = knock(bert, LineOffice.DOMAIN, "Anna");
            send(knock);
            assertThat(waiting()).hasSize(1);
            dismiss(knock);
        }
    }

    @Test
    void onlySoManyWaitOfOnePersonAndTheyGoWhenTheyExpire() throws Exception {
        for (int i = 0; i < 3 * LineDesk.MAX_KNOCKS_BY_ONE; i++) {
            office.now += APART;
            send(knock(bert, LineOffice.DOMAIN, "Anna"));
        }
        assertThat(waiting()).hasSize(LineDesk.MAX_KNOCKS_BY_ONE);
        office.now += Knock.MAX_LIFETIME_MILLIS;
        assertThat(waiting()).isEmpty();
        prune();
        send(knock(bert, LineOffice.DOMAIN, "Anna"));
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void onlySoManyDismissedOnesAreRememberedTheOnesThatLastLongest() throws Exception {
        List<Knock.Signed> knocks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            office.now += APART;
            knocks.add(knock(bert, LineOffice.DOMAIN, "Anna"));
            send(knocks.get(i));
        }
        for (Knock.Signed each : knocks) {
            office.context.store().transact(transaction -> {
                transaction.desk().dismissKnock(nonce(each), 2);
                return true;
            });
        }
        for (Knock.Signed each : knocks) {
            office.now += APART;
            send(each);
        }
        assertThat(waiting()).extracting(KnocksTest::nonce).containsExactly(nonce(knocks.get(0)));
    }

    /** What one knock looked like from outside. */
    private record Seen(Bytes answer, long after) {}

    private Seen send(Knock.Signed knock) throws InterruptedException {
        List<Seen> seen = new ArrayList<>();
        long receivedAt = office.now;
        office.desk.knock(
                knock,
                bert.chain.genesis().officeDomain(),
                bert.chain.genesis().officeKey()::equals,
                receivedAt,
                answer -> seen.add(new Seen(answer, office.now - receivedAt)));
        office.runUntil(receivedAt + 500);
        office.now = receivedAt;
        assertThat(seen).hasSize(1);
        return seen.getFirst();
    }

    private Knock.Signed knock(Person by, OfficeDomain at, String toName) {
        Knock knock = new Knock(
                Party.of(by.chain),
                by.deviceId(),
                at,
                toName,
                "Please call me back.",
                Bytes.of(office.context.random().next(Knock.NONCE_LENGTH)),
                office.now,
                office.now + Knock.MAX_LIFETIME_MILLIS);
        return new Knock.Signed(by.sign(Knock.LABEL, knock), by.chain.wire(), by.office.publicKey());
    }

    private static Bytes nonce(Knock.Signed knock) {
        try {
            return Knock.decode(knock.knock().statement()).nonce();
        } catch (org.whodis.core.wire.DecodeException e) {
            throw new AssertionError(e);
        }
    }

    private void dismiss(Knock.Signed knock) throws InterruptedException {
        office.ask(anna, new LineRequest.DismissKnock(nonce(knock)));
    }

    private void prune() throws InterruptedException {
        office.context.store().transact(transaction -> {
            transaction.desk().prune(office.now);
            return true;
        });
    }

    private List<Knock.Signed> waiting() throws InterruptedException {
        List<Knock.Signed> out = new ArrayList<>();
        for (Bytes each : office.context
                .store()
                .transact(transaction -> transaction.desk().knocks(office.now, 1_000))) {
            try {
                out.add(Knock.Signed.decode(each));
            } catch (org.whodis.core.wire.DecodeException e) {
                throw new AssertionError(e);
            }
        }
        return out;
    }
}
