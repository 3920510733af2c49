package org.whodis.office.session;

import org.whodis.office.enrol.LinkDesk;
import org.whodis.office.line.ConstantAnswers;
import org.whodis.office.line.LineDesk;
import org.whodis.office.media.RoomKeeper;

/** What a session hands its requests to. */
public record SessionParts(
        Sessions sessions,
        Switchboard switchboard,
        RoomKeeper rooms,
        LinkDesk links,
        LineDesk lines,
        ConstantAnswers answers) {}
