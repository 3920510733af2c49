package org.whodis.office.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.line.LineOffice.Person;

/** What another office can do here by saying that something became of a line. */
class HolderNoticesTest {
    private static final OfficeDomain THERE = new OfficeDomain("there.example");

    private final LineOffice office = new LineOffice();
    private Person anna;
    private LineId held;

    @BeforeEach
    void anItemOfAnna() throws Exception {
        anna = office.enrol("Anna");
        held = office.secret().id(office.context.primitives());
        keep(anna, held);
        office.told.clear();
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void onlyWhoeverKeepsAnItemOfTheLineIsToldAndTheAnswerIsTheSameForEverybody() throws Exception {
        Person bert = office.enrol("Bert");
        LineId other = office.secret().id(office.context.primitives());
        PrincipalId nobody = new PrincipalId(Bytes.of(new byte[32]));
        for (LineNotice each : List.of(
                new LineNotice(anna.chain.principal(), held),
                new LineNotice(anna.chain.principal(), other),
                new LineNotice(bert.chain.principal(), held),
                new LineNotice(nobody, held))) {
            List<Bytes> answers = new ArrayList<>();
            office.desk.notices().noticed(THERE, each.encode(), office.now, answers::add);
            office.runUntil(office.now + 499);
            assertThat(answers).isEmpty();
            office.runUntil(office.now + 1);
            assertThat(answers).containsExactly(Bytes.EMPTY);
        }
        office.desk.notices().flush();
        assertThat(office.told).containsExactly(anna.chain.principal() + " HELD");
        office.now += HolderNotices.WITHOUT_ITEM_MILLIS;
        office.desk.notices().flush();
        office.asked.clear();
        office.desk.notices().flush();
        assertThat(office.asked).as("nothing waits for ever").isEmpty();
        assertThat(office.told).hasSize(1);
    }

    @Test
    void noticesThatComeCloseTogetherAreOneAndInAMinuteThereAreFew() throws Exception {
        for (int i = 0; i < HolderNotices.MAX_OF_ONE_LINE; i++) {
            notice(anna, held);
        }
        office.desk.notices().flush();
        assertThat(office.told).hasSize(1);
        for (int i = 0; i < 1_000; i++) {
            notice(anna, held);
            office.desk.notices().flush();
        }
        assertThat(office.told).hasSize(1);
        office.now += 60_000;
        notice(anna, held);
        office.desk.notices().flush();
        assertThat(office.told).hasSize(2);
    }

    @Test
    void anotherOfficesNoticesDoNotUseUpWhatTheIssuersOfficeMayDo() throws Exception {
        for (int i = 0; i < 10 * HolderNotices.MAX_BY_OFFICE; i++) {
            office.desk
                    .notices()
                    .noticed(
                            new OfficeDomain("hostile.example"),
                            new LineNotice(anna.chain.principal(), held).encode(),
                            office.now,
                            _ -> {});
        }
        office.desk.notices().flush();
        office.told.clear();
        notice(anna, held);
        office.desk.notices().flush();
        assertThat(office.told).containsExactly(anna.chain.principal() + " HELD");
    }

    @Test
    void aNoticeThatComesBeforeTheItemIsToldOnceTheItemIsThere() throws Exception {
        LineId line = office.secret().id(office.context.primitives());
        notice(anna, line);
        office.desk.notices().flush();
        assertThat(office.told).isEmpty();
        keep(anna, line);
        office.desk.notices().flush();
        assertThat(office.told).containsExactly(anna.chain.principal() + " HELD");
    }

    @Test
    void bytesThatAreNoNoticeAreRefused() {
        assertThatThrownBy(() -> office.desk.notices().noticed(THERE, Bytes.of(new byte[63]), office.now, _ -> {}))
                .isInstanceOf(DecodeException.class);
        assertThat(office.scheduled).isEmpty();
    }

    private void notice(Person holder, LineId line) throws DecodeException {
        office.desk
                .notices()
                .noticed(THERE, new LineNotice(holder.chain.principal(), line).encode(), office.now, _ -> {});
    }

    private void keep(Person person, LineId line) throws InterruptedException {
        office.context.store().transact(transaction -> {
            transaction.personal().putItem(person.chain.principal(), line, office.now, Bytes.of(new byte[8]));
            return true;
        });
    }
}
