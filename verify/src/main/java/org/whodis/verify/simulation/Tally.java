package org.whodis.verify.simulation;

import java.util.EnumMap;
import java.util.Map;
import org.whodis.core.call.EndReason;
import org.whodis.core.call.Rejection;

/** What has happened in all worlds so far: a campaign in which nothing happens would pass as well. */
final class Tally {
    long worlds;
    long virtualMillis;
    long events;
    long calls;
    long rings;
    long keys;
    long connected;
    long missed;
    long messages;
    long sealed;
    long arrived;
    long played;
    long crashes;
    long hostileDeeds;
    long lastCalls;
    long betweenOffices;
    long ringsAbroad;
    long constantAnswers;
    long exchanges;
    final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    final Map<EndReason, Long> ended = new EnumMap<>(EndReason.class);
    final Map<Rejection, Long> rejected = new EnumMap<>(Rejection.class);

    void add(Tally other) {
        worlds += other.worlds;
        virtualMillis += other.virtualMillis;
        events += other.events;
        calls += other.calls;
        rings += other.rings;
        keys += other.keys;
        connected += other.connected;
        missed += other.missed;
        messages += other.messages;
        sealed += other.sealed;
        arrived += other.arrived;
        played += other.played;
        crashes += other.crashes;
        hostileDeeds += other.hostileDeeds;
        lastCalls += other.lastCalls;
        betweenOffices += other.betweenOffices;
        ringsAbroad += other.ringsAbroad;
        constantAnswers += other.constantAnswers;
        exchanges += other.exchanges;
        other.faults.forEach((fault, count) -> faults.merge(fault, count, Long::sum));
        other.ended.forEach((reason, count) -> ended.merge(reason, count, Long::sum));
        other.rejected.forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
    }
}
