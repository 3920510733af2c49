package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.office.testkit.TestDevice;

/**
 * Two offices in processes of their own; each is killed (SIGKILL) while messages are on their way between them. What was
 * acknowledged to the sender's device arrives at the other office's, once.
 */
class KilledPeersTest {
    @TempDir
    Path folder;

    private record Place(Path data, int port) {
        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        Process launch() throws Exception {
            return KilledOfficeTest.launch(data, port);
        }
    }

    @Test
    void whatWasAcknowledgedCrossesOnceWhicheverOfficeDies() throws Exception {
        Place paris = new Place(folder.resolve("paris"), 0);
        Place ottawa = new Place(folder.resolve("ottawa"), 0);
        TestDevice anna;
        TestDevice boris;
        LineSecret line;
        try (Office one = Office.start(OfficeConfig.onLoopback(paris.data()));
                Office other = Office.start(OfficeConfig.onLoopback(ottawa.data()))) {
            anna = TestDevice.enrol(one, "Anna");
            boris = TestDevice.enrol(other, "Boris").connect(other.httpsAddress());
            line = boris.giveLine(anna);
            paris = new Place(paris.data(), one.httpsAddress().getPort());
            ottawa = new Place(ottawa.data(), other.httpsAddress().getPort());
        }
        Map<EnvelopeId, Envelope> acknowledged = new LinkedHashMap<>();
        List<Delivery> arrived = new ArrayList<>();
        Process atParis = paris.launch();
        Process atOttawa = ottawa.launch();
        try {
            anna.connect(paris.address());
            boris.connect(ottawa.address());
            CallId call = TestDevice.newCall();
            CallMessage.SignedOffer offer = anna.offer(boris, call, line);
            assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
            boris.take();
            assertThat(boris.submit(boris.envelope(anna, call, boris.answer(offer, call))))
                    .isEqualTo(SubmitOutcome.ACCEPTED);
            anna.take();
            // The receiver dies with some of them applied and some not.
            send(anna, boris, call, acknowledged);
            atOttawa.destroyForcibly().waitFor();
            send(anna, boris, call, acknowledged);
            // The sender dies too, with all of them promised.
            atParis.destroyForcibly().waitFor();
            atOttawa = ottawa.launch();
            boris.connect(ottawa.address());
            atParis = paris.launch();
            long until = System.nanoTime() + 60_000_000_000L;
            while (ids(arrived).size() < acknowledged.size() && System.nanoTime() < until) {
                KilledOfficeTest.drain(boris, arrived);
                Thread.sleep(50);
            }
        } finally {
            atParis.destroyForcibly().waitFor();
            atOttawa.destroyForcibly().waitFor();
        }
        Map<EnvelopeId, Envelope> received = new LinkedHashMap<>();
        Map<EnvelopeId, Long> sequences = new LinkedHashMap<>();
        for (Delivery delivery : arrived) {
            received.put(delivery.envelope().id(), delivery.envelope());
            Long before = sequences.putIfAbsent(delivery.envelope().id(), delivery.sequence());
            assertThat(before).as("the same again has the same number").isIn(null, delivery.sequence());
        }
        assertThat(received).isEqualTo(acknowledged);
        anna.close();
        boris.close();
    }

    private static void send(TestDevice anna, TestDevice boris, CallId call, Map<EnvelopeId, Envelope> acknowledged)
            throws Exception {
        for (int i = 0; i < 15; i++) {
            Envelope envelope = anna.envelope(boris, call, TestDevice.group());
            assertThat(anna.submit(envelope)).isEqualTo(SubmitOutcome.ACCEPTED);
            acknowledged.put(envelope.id(), envelope);
        }
    }

    private static Map<EnvelopeId, Envelope> ids(List<Delivery> arrived) {
        Map<EnvelopeId, Envelope> out = new LinkedHashMap<>();
        arrived.forEach(each -> out.put(each.envelope().id(), each.envelope()));
        return out;
    }
}
