package org.whodis.office.line;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineNews;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;

/**
 * What other offices say of lines that people here hold. Every notice is answered alike, at the constant delay; who is told,
 * if anybody is, happens elsewhere and later. Only somebody who keeps an item of that line is told: another office cannot
 * disturb whom it likes, nor learn who is enrolled. Notices of one line that come close together are one.
 */
public final class HolderNotices {
    /** Notices from one other office in a minute: each makes devices ask. */
    static final int MAX_BY_OFFICE = 120;

    /** Of them of one line: more often than people change their minds. */
    static final int MAX_OF_ONE_LINE = 12;

    /** Notices that wait to be told; a device that misses one asks when it next connects. */
    static final int MAX_WAITING = 1_024;

    /** How long an item may come behind the notice: a line can be approved before its redeemer has put it away. */
    static final long WITHOUT_ITEM_MILLIS = 10_000;

    private final OfficeContext office;
    private final ConstantAnswers answers;
    private final LineTeller teller;
    private final AttemptRate byOffice = new AttemptRate(MAX_BY_OFFICE);
    private final AttemptRate byLine = new AttemptRate(MAX_OF_ONE_LINE);
    private final Map<LineNotice, Long> waiting = new LinkedHashMap<>();

    HolderNotices(OfficeContext office, ConstantAnswers answers, LineTeller teller) {
        this.office = office;
        this.answers = answers;
        this.teller = teller;
    }

    private record Of(OfficeDomain from, LineNotice notice) {}

    /** Another office says that something became of a line that somebody here holds; {@code reply} hears nothing of it. */
    public void noticed(OfficeDomain from, Bytes encoded, long receivedAt, Consumer<Bytes> reply)
            throws DecodeException {
        LineNotice notice = LineNotice.decode(encoded);
        answers.expect(Bytes.EMPTY, receivedAt, reply).fail();
        if (!byOffice.allows(from, receivedAt) || !byLine.allows(new Of(from, notice), receivedAt)) {
            return;
        }
        synchronized (waiting) {
            if (waiting.size() < MAX_WAITING) {
                var _ = waiting.putIfAbsent(notice, receivedAt);
            }
        }
    }

    /** To be called a few times a second: tells whom it concerns. */
    public void flush() throws InterruptedException {
        Map<LineNotice, Long> batch;
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                return;
            }
            batch = new LinkedHashMap<>(waiting);
        }
        long now = office.now();
        List<LineNotice> held = office.store()
                .transact(transaction -> batch.keySet().stream()
                        .filter(each -> transaction.personal().hasItem(each.holder(), each.line()))
                        .toList());
        List<LineNotice> done = new ArrayList<>(held);
        batch.forEach((notice, since) -> {
            if (now >= since + WITHOUT_ITEM_MILLIS || now < since) {
                done.add(notice);
            }
        });
        synchronized (waiting) {
            waiting.keySet().removeAll(Set.copyOf(done));
        }
        for (LineNotice each : held) {
            tell(each.holder(), each.line());
        }
    }

    void tell(PrincipalId holder, LineId line) throws InterruptedException {
        teller.tell(holder, new LineNews(LineNews.Kind.HELD, line));
    }
}
