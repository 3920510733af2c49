package org.whodis.office;

import org.whodis.core.identity.DeviceId;
import org.whodis.office.enrol.EnrolmentDesk;
import org.whodis.office.enrol.LinkDesk;
import org.whodis.office.federation.PeerRegister;
import org.whodis.office.federation.Peers;
import org.whodis.office.line.AnswerClock;
import org.whodis.office.line.ConstantAnswers;
import org.whodis.office.line.IncidentBook;
import org.whodis.office.line.LineDesk;
import org.whodis.office.line.LineGate;
import org.whodis.office.line.LineTeller;
import org.whodis.office.media.RelayGuard;
import org.whodis.office.media.RoomKeeper;
import org.whodis.office.media.TrunkKeeper;
import org.whodis.office.media.TurnGate;
import org.whodis.office.session.Sessions;
import org.whodis.office.session.Switchboard;

/** What an office is made of. */
record OfficeParts(
        EnrolmentDesk enrolment,
        LinkDesk links,
        Sessions sessions,
        RoomKeeper rooms,
        TrunkKeeper trunks,
        TurnGate turn,
        RelayGuard guard,
        Switchboard switchboard,
        Lines lines,
        Peers peers,
        PeerRegister register) {
    /** What lines need. */
    record Lines(
            LineDesk desk,
            LineGate gate,
            LineTeller teller,
            IncidentBook incidents,
            ConstantAnswers answers,
            AnswerClock clock) {
        static Lines of(OfficeContext context, Sessions sessions) {
            LineTeller teller = (principal, news) -> {
                for (DeviceId device : context.store()
                        .transact(transaction -> transaction.principals().devices(principal))) {
                    sessions.lineNews(device, news);
                }
            };
            AnswerClock clock = new AnswerClock(context.clock());
            ConstantAnswers answers = new ConstantAnswers(clock);
            IncidentBook incidents = new IncidentBook(context, teller);
            return new Lines(
                    new LineDesk(context, answers, incidents, teller),
                    new LineGate(context, incidents),
                    teller,
                    incidents,
                    answers,
                    clock);
        }
    }
}
