package org.whodis.office.observe;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.office.call.CallRecord;
import org.whodis.office.http.HttpObserver;

/** What the office counts. */
public final class OfficeMetrics implements HttpObserver {
    private final Metrics metrics = new Metrics();
    private final EventLog log;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();
    private final LongAdder strangersHeld = metrics.counter(
            "whodis_strangers_held_total",
            "Offices that said more than a proof needs, and were not read any further until theirs held");
    private final LongAdder accepted =
            metrics.counter("whodis_connections_total", "TCP connections that were admitted");
    private final Metrics.Labelled refused =
            metrics.counter("whodis_connections_cut_total", "reason", "Connections that were cut, by reason");
    private final Metrics.Labelled handshakes =
            metrics.counter("whodis_tls_handshakes_total", "group", "TLS handshakes, by negotiated group");
    private final LongAdder handshakesFailed =
            metrics.counter("whodis_tls_handshakes_failed_total", "TLS handshakes that failed");
    private final Metrics.Labelled requests =
            metrics.counter("whodis_http_answers_total", "answer", "HTTP answers, by path and status");
    private final LongAdder faults =
            metrics.counter("whodis_faults_total", "Requests that failed by a fault of the office");
    private final Metrics.Labelled authentications =
            metrics.counter("whodis_authentications_total", "result", "Attempts to open a session, by result");
    private final Metrics.Labelled submissions =
            metrics.counter("whodis_envelopes_total", "outcome", "Envelopes submitted, by outcome");
    private final LongAdder deliveries =
            metrics.counter("whodis_deliveries_total", "Envelopes sent to devices, repetitions included");
    private final LongAdder malformed =
            metrics.counter("whodis_malformed_messages_total", "Messages that could not be read");
    private final Metrics.Labelled calls =
            metrics.counter("whodis_calls_ended_total", "end", "Calls that ended, by end");
    private final LongAdder callsOpened = metrics.counter("whodis_calls_opened_total", "Calls that an offer opened");
    private final LongAdder callsAnswered = metrics.counter("whodis_calls_answered_total", "Calls that were answered");
    private final LongAdder missedCalls =
            metrics.counter("whodis_missed_calls_total", "Offers that became missed calls");
    private final Metrics.Labelled enrolments =
            metrics.counter("whodis_enrolments_total", "step", "Enrolments, by step or refusal");
    private final Metrics.Labelled joins =
            metrics.counter("whodis_media_joins_total", "result", "Places in rooms asked for");
    private final LongAdder relaysReplaced =
            metrics.counter("whodis_relay_replacements_total", "Relays that were replaced by a new one");

    private final Metrics.Labelled lineAttempts = metrics.counter(
            "whodis_line_attempts_total", "result", "Offers by a line or from another office, by result");
    private final Metrics.Labelled redemptions =
            metrics.counter("whodis_line_redemptions_total", "result", "Redemptions of lines, by result");
    private final Metrics.Labelled knocks = metrics.counter("whodis_knocks_total", "result", "Knocks, by result");
    private final LongAdder peersConnected =
            metrics.counter("whodis_peer_connections_total", "Connections with other offices that were authenticated");
    private final Metrics.Labelled peersRefused =
            metrics.counter("whodis_peers_refused_total", "reason", "Connections with other offices that were refused");
    private final Metrics.Labelled peerOutcomes =
            metrics.counter("whodis_peer_requests_total", "outcome", "Requests to other offices, by outcome");

    public OfficeMetrics(EventLog log) {
        this.log = log;
        metrics.gauge("whodis_connections", "TCP connections now", connections::get);
        metrics.gauge("whodis_websockets", "WebSocket connections now", sockets::get);
    }

    public Metrics registry() {
        return metrics;
    }

    @Override
    public void connectionOpened() {
        connections.incrementAndGet();
        accepted.increment();
    }

    @Override
    public void connectionClosed() {
        connections.decrementAndGet();
    }

    @Override
    public void refused(Refusal reason) {
        refused.increment(label(reason));
    }

    @Override
    public void strangerHeld() {
        strangersHeld.increment();
    }

    @Override
    public void handshakeDone(String group) {
        handshakes.increment(group);
    }

    @Override
    public void handshakeFailed() {
        handshakesFailed.increment();
    }

    @Override
    public void answered(String path, int status) {
        requests.increment(path + " " + status);
    }

    @Override
    public void socketOpened() {
        sockets.incrementAndGet();
    }

    @Override
    public void socketClosed() {
        sockets.decrementAndGet();
    }

    @Override
    public void handlerFailed(String where, Throwable fault) {
        faults.increment();
        log.error("request.failed", fault, "path", where);
    }

    public void authenticated(boolean accepted) {
        authentications.increment(accepted ? "accepted" : "refused");
    }

    public void submitted(SubmitOutcome outcome) {
        submissions.increment(label(outcome));
    }

    public void delivered() {
        deliveries.increment();
    }

    public void malformedMessage() {
        malformed.increment();
    }

    public void callOpened() {
        callsOpened.increment();
    }

    public void callAnswered() {
        callsAnswered.increment();
    }

    public void callEnded(CallRecord.End end) {
        calls.increment(label(end));
    }

    public void callMissed() {
        missedCalls.increment();
    }

    public void enrolment(String step) {
        enrolments.increment(step);
    }

    public void mediaJoin(String result) {
        joins.increment(result);
    }

    public void lineAttempt(String result) {
        lineAttempts.increment(result);
    }

    public void redemption(String result) {
        redemptions.increment(result);
    }

    public void knock(String result) {
        knocks.increment(result);
    }

    public void relayReplaced() {
        relaysReplaced.increment();
    }

    public void peerConnected() {
        peersConnected.increment();
    }

    public void peerRefused(PeerRefusal reason) {
        peersRefused.increment(label(reason));
    }

    public void peerSettled(PeerOutcome outcome) {
        peerOutcomes.increment(
                switch (outcome) {
                    case PeerOutcome.Applied _ -> "applied";
                    case PeerOutcome.Refused _ -> "refused";
                    case PeerOutcome.NotSent _ -> "not_sent";
                    case PeerOutcome.Unknown _ -> "unknown";
                });
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
