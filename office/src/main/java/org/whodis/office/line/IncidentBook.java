package org.whodis.office.line;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineNews;
import org.whodis.office.OfficeContext;
import org.whodis.office.store.LineStore;
import org.whodis.office.store.StoreException;

/**
 * Attempts that have to be recorded, off the path of their answers: counted together in memory, written a few times a
 * second, and told to the owner and the desk. What was not written when the office dies is lost; nobody was told of it.
 */
public final class IncidentBook {
    /** Different incidents between two writes; further ones are only counted. */
    static final int MAX_PENDING = 4096;

    private final OfficeContext office;
    private final LineTeller teller;
    private final Map<Key, LineIncident> pending = new LinkedHashMap<>();
    private long dropped;

    private record Key(LineId line, LineIncident.Kind kind, LineHolder claimed, OfficeDomain from) {}

    public IncidentBook(OfficeContext office, LineTeller teller) {
        this.office = office;
        this.teller = teller;
    }

    /** Takes note; neither blocks nor fails. */
    public synchronized void note(LineIncident incident) {
        Key key = new Key(incident.lineId(), incident.kind(), incident.claimed(), incident.fromOffice());
        LineIncident known = pending.get(key);
        if (known != null) {
            pending.put(key, known.again(incident.count(), incident.lastAt()));
        } else if (pending.size() < MAX_PENDING) {
            pending.put(key, incident);
        } else {
            dropped++;
        }
    }

    /** Attempts that were not recorded, since there were too many different ones. */
    public synchronized long dropped() {
        return dropped;
    }

    /** To be called a few times a second: writes what came together, and tells whom it concerns. */
    public void flush() throws InterruptedException {
        List<LineIncident> batch = take();
        if (batch.isEmpty()) {
            return;
        }
        List<PrincipalId> desk;
        Map<LineId, List<LineIncident>> byLine = batch.stream()
                .collect(Collectors.groupingBy(LineIncident::lineId, LinkedHashMap::new, Collectors.toList()));
        Map<PrincipalId, LineId> lines = new LinkedHashMap<>();
        try {
            // All in one: what was written must not come back into the book because something later failed.
            desk = office.store().transact(transaction -> {
                lines.clear();
                byLine.forEach((id, incidents) -> {
                    LineStore.Line line = transaction.lines().find(id);
                    if (line != null) {
                        add(transaction.lines(), id, incidents);
                        lines.put(line.facts().issuer(), id);
                    }
                });
                return transaction.desk().people();
            });
        } catch (StoreException | InterruptedException e) {
            // Better told twice than not at all.
            batch.forEach(this::note);
            throw e;
        }
        for (Map.Entry<PrincipalId, LineId> each : lines.entrySet()) {
            teller.tell(each.getKey(), new LineNews(LineNews.Kind.ISSUED, each.getValue()));
        }
        for (PrincipalId each : desk) {
            teller.tell(each, LineNews.desk());
        }
    }

    private static void add(LineStore lines, LineId line, List<LineIncident> incidents) {
        IncidentList list = new IncidentList(IssuedLine.MAX_INCIDENTS, lines.incidents(line, IssuedLine.MAX_INCIDENTS));
        incidents.forEach(list::add);
        lines.putIncidents(line, list.kept());
    }

    private synchronized List<LineIncident> take() {
        List<LineIncident> out = new ArrayList<>(pending.values());
        pending.clear();
        return out;
    }
}
