package org.whodis.office;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.whodis.office.observe.Metrics;
import org.whodis.office.store.sqlite.SqliteStore;
import org.whodis.relay.RelayDrop;
import org.whodis.relay.udp.UdpRelay;

/** What an office's parts count by themselves, as its metrics show it. */
final class OfficeGauges {
    private final SqliteStore store;
    private final UdpRelay relay;
    private final OfficeParts parts;
    private final InstantSource clock;
    private final Instant startedAt;

    OfficeGauges(SqliteStore store, UdpRelay relay, OfficeParts parts, InstantSource clock, Instant startedAt) {
        this.store = store;
        this.relay = relay;
        this.parts = parts;
        this.clock = clock;
        this.startedAt = startedAt;
    }

    void register(Metrics registry) {
        registry.gauge("whodis_sessions", "Devices online now", parts.sessions()::count);
        registry.gauge("whodis_peers", "Other offices that there is a connection with now", parts.peers()::connected);
        registry.gauge("whodis_media_rooms", "Calls with a device in their room now", parts.rooms()::rooms);
        registry.counter("whodis_store_commits_total", "Commits of the database", store::commits);
        registry.counter(
                "whodis_store_commit_seconds_total", "Time spent in commits", () -> store.commitNanos() * 1e-9);
        registry.counter(
                "whodis_relay_datagrams_in_total",
                "Datagrams to the relay",
                () -> relay.counters().datagramsIn());
        registry.counter(
                "whodis_relay_datagrams_out_total",
                "Datagrams from the relay",
                () -> relay.counters().datagramsOut());
        registry.counter(
                "whodis_relay_frames_in_total",
                "Authentic SRTP packets in",
                () -> relay.counters().framesIn());
        registry.counter(
                "whodis_relay_frames_forwarded_total",
                "SRTP packets forwarded",
                () -> relay.counters().framesForwarded());
        registry.gauge(
                "whodis_relay_up", "1 if the relay runs", () -> parts.guard().isHealthy() ? 1 : 0);
        registry.gauge(
                "whodis_trunks_heard", "Trunks on which the other office's relay is heard now", parts.trunks()::heard);
        registry.gauge(
                "whodis_relay_trunks",
                "Trunk legs to other offices' relays now",
                () -> relay.counters().trunks());
        registry.counter(
                "whodis_relay_trunk_frames_in_total",
                "Authentic SRTP packets in from other offices' relays",
                () -> relay.counters().trunkFramesIn());
        registry.counter(
                "whodis_relay_trunk_frames_out_total",
                "SRTP packets out to other offices' relays",
                () -> relay.counters().trunkFramesOut());
        registry.gauge(
                "whodis_relay_members",
                "Places in rooms now",
                () -> relay.counters().members());
        registry.gauge("whodis_turn_allocations", "Allocations of TURN now", parts.turn()::allocations);
        registry.counter(
                "whodis_turn_allocations_refused_total",
                "Allocations of TURN for which there was no room",
                parts.turn()::refusals);
        registry.counter(
                "whodis_turn_frames_dropped_total",
                "Datagrams from the relay that slow TURN connections did not take",
                parts.turn()::drops);
        Map<String, DoubleSupplier> dropped = new TreeMap<>();
        for (RelayDrop reason : RelayDrop.values()) {
            dropped.put(
                    reason.name().toLowerCase(Locale.ROOT),
                    () -> relay.counters().dropped().getOrDefault(reason, 0L));
        }
        registry.counters("whodis_relay_dropped_total", "reason", "Datagrams that the relay refused", dropped);
        registry.gauge(
                "process_uptime_seconds",
                "Seconds since the office started",
                () -> Duration.between(startedAt, clock.instant()).toMillis() / 1000.0);
        registry.gauge(
                "jvm_memory_used_bytes",
                "Heap in use",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
}
