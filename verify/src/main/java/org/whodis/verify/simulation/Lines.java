package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallInput;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.LineException;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineWithdrawal;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;

/** The lines across offices, and what becomes of them in this world. */
final class Lines {
    private final World world;
    private final Map<LineId, GivenLine> given = new LinkedHashMap<>();
    private final Set<LineId> asked = new HashSet<>();
    private final Map<LineId, Withdrawn> withdrawn = new HashMap<>();

    /** The issuer's office has acknowledged it at {@code at}. */
    private record Withdrawn(SignedByDevice statement, long at) {}

    Lines(World world) {
        this.world = world;
        if (world.isFederated()) {
            world.cast().lines.forEach(line -> given.put(line.id, line));
        }
    }

    List<GivenLine> all() {
        return List.copyOf(given.values());
    }

    @Nullable
    GivenLine find(LineId id) {
        return given.get(id);
    }

    /** The line by which {@code holder} may ring {@code issuer}. */
    GivenLine between(Cast.Person issuer, Cast.Person holder) {
        for (GivenLine line : given.values()) {
            if (line.issuer == issuer && line.holder == holder) {
                return line;
            }
        }
        throw new IllegalArgumentException(issuer.name + " has given no line to " + holder.name);
    }

    /** Whether somebody has asked for its end, whatever has become of that. */
    boolean isDoubtful(LineId line) {
        return asked.contains(line);
    }

    /** Whether its issuer knows at {@code time} that the office has ended it. */
    boolean isWithdrawn(LineId line, long time) {
        Withdrawn end = withdrawn.get(line);
        return end != null && end.at() <= time;
    }

    /** The issuer ends a line on one of their phones. */
    void withdraw(PhoneNode phone, GivenLine line) {
        asked.add(line.id);
        LineWithdrawal said = new LineWithdrawal(line.id, world.now());
        SignedByDevice signed = SignedByDevice.sign(
                world.primitives(),
                Cast.bytes(world.mix("withdrawal " + line.id)),
                phone.key(),
                LineWithdrawal.LABEL,
                said);
        Bytes request = new LineRequest.Withdraw(signed).encode();
        phone.say(id -> new ToOffice.Line(id, request), response -> {
            if (response != null && response.ok() && !withdrawn.containsKey(line.id)) {
                withdrawn.put(line.id, new Withdrawn(signed, world.now()));
                world.timeline().fault(world.now(), phone + " has withdrawn the line of " + line.holder.name);
                world.phonesOf(line.issuer).forEach(each -> each.give(new CallInput.LinesChanged(guard(line.issuer))));
            }
        });
    }

    /** What {@code person}'s devices know of the lines that they gave. */
    LineGuard guard(Cast.Person person) {
        List<IssuedLine.Verified> issued = new ArrayList<>();
        for (GivenLine line : given.values()) {
            if (line.issuer == person) {
                Withdrawn end = withdrawn.get(line.id);
                IssuedLine told =
                        new IssuedLine(line.issue, null, null, end == null ? null : end.statement(), List.of());
                try {
                    issued.add(told.verify(world.primitives(), person.chain()));
                } catch (LineException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return LineGuard.of(person.firm.domain, issued, null);
    }
}
