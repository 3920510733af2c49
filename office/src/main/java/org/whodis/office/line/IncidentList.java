package org.whodis.office.line;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineIncident.Kind;

/**
 * Which incidents of a line are kept one by one. There is room for a named number, and an office can mint as many identities
 * as it likes, so the room is shared by offices: whatever comes over one of them never takes the place of what came over
 * another that has fewer. Of one office the proved ones are kept before the others, and the first before the later; the rest
 * is counted in one incident of that office ({@link Kind#MANY}), which shows the last. Offices for which there is no room at
 * all are counted together ({@link Kind#MANY_OFFICES}).
 */
final class IncidentList {
    private final int limit;
    private final List<LineIncident> kept;

    /**
     * @param limit how many may be kept; at least 3, so that there is room for somebody beside the two counts
     * @param kept what {@link #kept} gave before
     */
    IncidentList(int limit, List<LineIncident> kept) {
        if (limit < 3) {
            throw new IllegalArgumentException("no room for anybody");
        }
        this.limit = limit;
        this.kept = new ArrayList<>(kept);
    }

    List<LineIncident> kept() {
        return List.copyOf(kept);
    }

    /** Counts {@code incident} to an earlier one of the same kind, identity and office, or keeps it, or folds it. */
    void add(LineIncident incident) {
        int known = indexOf(incident);
        if (known >= 0) {
            kept.set(known, kept.get(known).again(incident.count(), incident.lastAt()));
            return;
        }
        kept.add(incident);
        // Folding the first of an office may need a place for its count: each fold leaves one single incident less.
        while (kept.size() > limit) {
            fold();
        }
    }

    private int indexOf(LineIncident incident) {
        for (int i = 0; i < kept.size(); i++) {
            LineIncident each = kept.get(i);
            if (each.kind() == incident.kind()
                    && each.claimed().equals(incident.claimed())
                    && each.fromOffice().equals(incident.fromOffice())) {
                return i;
            }
        }
        return -1;
    }

    private void fold() {
        Map<OfficeDomain, Integer> places = new HashMap<>();
        Map<OfficeDomain, Integer> singles = new HashMap<>();
        for (LineIncident each : kept) {
            if (each.kind() != Kind.MANY_OFFICES) {
                places.merge(each.fromOffice(), 1, Integer::sum);
            }
            if (isSingle(each)) {
                singles.merge(each.fromOffice(), 1, Integer::sum);
            }
        }
        Comparator<LineIncident> order = leastFirst(places, singles);
        LineIncident least = null;
        for (LineIncident each : kept) {
            if (isSingle(each) && (least == null || order.compare(each, least) <= 0)) {
                least = each;
            }
        }
        if (least == null) {
            // Nothing but counts, and one for the offices without a place has come: the latest office makes room for
            // it.
            LineIncident last = kept.stream()
                    .filter(each -> each.kind() == Kind.MANY)
                    .max(Comparator.comparingLong(LineIncident::firstAt))
                    .orElseThrow(() -> new IllegalStateException("more counts than places"));
            kept.remove(last);
            count(last, Kind.MANY_OFFICES);
            return;
        }
        kept.remove(least);
        boolean hasOthers = singles.getOrDefault(least.fromOffice(), 0) > 1;
        count(least, hasOthers || find(Kind.MANY, least.fromOffice()) != null ? Kind.MANY : Kind.MANY_OFFICES);
    }

    /** The count of an office takes a place as well: else its second incident would cost another office its only one. */
    private static Comparator<LineIncident> leastFirst(
            Map<OfficeDomain, Integer> places, Map<OfficeDomain, Integer> singles) {
        return Comparator.comparingInt((LineIncident each) -> -places.getOrDefault(each.fromOffice(), 0))
                .thenComparingInt(each -> -singles.getOrDefault(each.fromOffice(), 0))
                .thenComparing(LineIncident::proved)
                .thenComparing(Comparator.comparingLong(LineIncident::firstAt).reversed())
                .thenComparing(Comparator.comparingLong(LineIncident::lastAt).reversed());
    }

    private void count(LineIncident folded, Kind kind) {
        LineIncident before = find(kind, kind == Kind.MANY ? folded.fromOffice() : null);
        if (before != null) {
            kept.remove(before);
        }
        LineIncident last = before == null || folded.lastAt() >= before.lastAt() ? folded : before;
        kept.add(new LineIncident(
                folded.lineId(),
                kind,
                last.claimed(),
                last.proved(),
                last.name(),
                last.fromOffice(),
                before == null ? folded.firstAt() : Math.min(before.firstAt(), folded.firstAt()),
                last.lastAt(),
                before == null ? folded.count() : Math.min(before.count() + folded.count(), LineIncident.MAX_COUNT)));
    }

    private @Nullable LineIncident find(Kind kind, @Nullable OfficeDomain office) {
        for (LineIncident each : kept) {
            if (each.kind() == kind && (office == null || each.fromOffice().equals(office))) {
                return each;
            }
        }
        return null;
    }

    private static boolean isSingle(LineIncident incident) {
        return incident.kind() != Kind.MANY && incident.kind() != Kind.MANY_OFFICES;
    }
}
