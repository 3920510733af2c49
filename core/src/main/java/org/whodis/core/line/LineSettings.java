package org.whodis.core.line;

import java.util.List;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * When and by whom a person wants to be rung; signed by a device of theirs, kept by their office, and checked by both.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque principal[32];
 *       WeeklyHours quiet;                no span: never
 *       uint8 send_to_desk;               1: calls go to the desk, but for favourites
 *       PrincipalId favourites&lt;V&gt;;        of the own office, who ring through; at most 256
 *       PrincipalId blocked&lt;V&gt;;           at most 1024
 *       OfficeDomain blocked_offices&lt;V&gt;;  at most 256
 *       uint64 at;                        later settings take the place of earlier ones
 *   } LineSettings;                       label "Whodis 1 Line settings"
 * </pre>
 */
public record LineSettings(
        PrincipalId principal,
        WeeklyHours quiet,
        boolean sendToDesk,
        List<PrincipalId> favourites,
        List<PrincipalId> blocked,
        List<OfficeDomain> blockedOffices,
        long at)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Line settings";

    /** Whom one lets through at any hour: a few hundred are not favourites any more. */
    public static final int MAX_FAVOURITES = 256;

    public static final int MAX_BLOCKED = 1024;
    public static final int MAX_BLOCKED_OFFICES = 256;

    public LineSettings {
        favourites = List.copyOf(favourites);
        blocked = List.copyOf(blocked);
        blockedOffices = List.copyOf(blockedOffices);
        Check.require(
                favourites.size() <= MAX_FAVOURITES
                        && blocked.size() <= MAX_BLOCKED
                        && blockedOffices.size() <= MAX_BLOCKED_OFFICES,
                "too many in a list");
        Check.time(at, "at");
    }

    /** Of somebody who has set nothing. */
    public static LineSettings none(PrincipalId principal) {
        return new LineSettings(principal, WeeklyHours.NEVER, false, List.of(), List.of(), List.of(), 0);
    }

    public LineSettings withQuiet(WeeklyHours quiet, boolean sendToDesk) {
        return new LineSettings(principal, quiet, sendToDesk, favourites, blocked, blockedOffices, at);
    }

    public LineSettings withFavourites(List<PrincipalId> favourites) {
        return new LineSettings(principal, quiet, sendToDesk, favourites, blocked, blockedOffices, at);
    }

    public LineSettings withBlocked(List<PrincipalId> blocked) {
        return new LineSettings(principal, quiet, sendToDesk, favourites, blocked, blockedOffices, at);
    }

    public LineSettings withBlockedOffices(List<OfficeDomain> blockedOffices) {
        return new LineSettings(principal, quiet, sendToDesk, favourites, blocked, blockedOffices, at);
    }

    public boolean isQuiet(long now) {
        return quiet.contains(now);
    }

    public boolean isFavourite(LineHolder caller) {
        return favourites.contains(caller.principal());
    }

    public boolean blocks(LineHolder caller) {
        return blocked.contains(caller.principal()) || blockedOffices.contains(caller.office());
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(principal.value());
        quiet.write(out);
        out.uint8(sendToDesk ? 1 : 0);
        out.list(favourites, (inner, it) -> inner.fixed(it.value()));
        out.list(blocked, (inner, it) -> inner.fixed(it.value()));
        out.list(blockedOffices, OfficeDomain::write);
        out.uint64(at);
    }

    public static LineSettings read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new LineSettings(
                PrincipalId.read(in),
                WeeklyHours.read(in),
                LineTerms.readFlag(in),
                in.list(MAX_FAVOURITES * PrincipalId.LENGTH, MAX_FAVOURITES, PrincipalId::read),
                in.list(MAX_BLOCKED * PrincipalId.LENGTH, MAX_BLOCKED, PrincipalId::read),
                in.list(MAX_BLOCKED_OFFICES * (2 + OfficeDomain.MAX_LENGTH), MAX_BLOCKED_OFFICES, OfficeDomain::read),
                Check.readTime(in));
    }

    public static LineSettings decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineSettings::read);
    }
}
