package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.office.testkit.TestDevice;

/**
 * An office in a process of its own is killed (SIGKILL) again and again while two devices talk through it. What was
 * acknowledged to the sender arrives, once by its id; a call that was answered stays answered.
 */
class KilledOfficeTest {
    private static final int KILLS = Integer.getInteger("whodis.kills", 2);

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedIsNeverLostAndNeverDoubled() throws Exception {
        long seed = Long.getLong("whodis.seed", System.nanoTime());
        Random random = new Random(seed);
        Path data = folder.resolve("office");
        TestDevice anna;
        TestDevice boris;
        int port;
        try (Office office = Office.start(OfficeConfig.onLoopback(data))) {
            anna = TestDevice.enrol(office, "Anna");
            boris = TestDevice.enrol(office, "Boris");
            port = office.httpsAddress().getPort();
        }
        Map<EnvelopeId, Envelope> acknowledged = new LinkedHashMap<>();
        List<Delivery> arrived = new ArrayList<>();
        InetSocketAddress address = new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port);
        Process process = launch(data, port);
        try {
            anna.connect(address);
            boris.connect(address);
            CallId call = answeredCall(anna, boris);
            for (int kill = 0; kill < KILLS; kill++) {
                int many = 5 + random.nextInt(20);
                for (int i = 0; i < many; i++) {
                    Envelope envelope = anna.envelope(boris, call, TestDevice.group());
                    assertThat(anna.submit(envelope)).as("seed %d", seed).isEqualTo(SubmitOutcome.ACCEPTED);
                    acknowledged.put(envelope.id(), envelope);
                    if (random.nextInt(3) == 0) {
                        arrived.add(boris.take());
                    }
                }
                // One more under way when it dies: it may or may not have been applied, and not twice.
                Envelope last = anna.envelope(boris, call, TestDevice.group());
                anna.sendRaw(new ToOffice.Submit(1_000_000, last).encode());
                process.destroyForcibly().waitFor();
                process = launch(data, port);
                anna.connect(address);
                assertThat(anna.submit(last)).as("seed %d", seed).isIn(SubmitOutcome.ACCEPTED, SubmitOutcome.DUPLICATE);
                acknowledged.put(last.id(), last);
                for (Envelope earlier : acknowledged.values()) {
                    if (random.nextInt(8) == 0) {
                        assertThat(anna.submit(earlier))
                                .as("seed %d: applied once, also after a death", seed)
                                .isEqualTo(SubmitOutcome.DUPLICATE);
                    }
                }
                boris.connect(address);
                drain(boris, arrived);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        Map<EnvelopeId, Envelope> received = new LinkedHashMap<>();
        Map<EnvelopeId, Long> sequences = new LinkedHashMap<>();
        for (Delivery delivery : arrived) {
            received.put(delivery.envelope().id(), delivery.envelope());
            Long before = sequences.putIfAbsent(delivery.envelope().id(), delivery.sequence());
            assertThat(before)
                    .as("seed %d: the same envelope again has the same sequence number", seed)
                    .isIn(null, delivery.sequence());
        }
        assertThat(received).as("seed %d", seed).isEqualTo(acknowledged);
        anna.close();
        boris.close();
    }

    @Test
    void linesAreAsTheyWereAcknowledgedWhenTheOfficeDies() throws Exception {
        Path data = folder.resolve("office");
        TestDevice anna;
        TestDevice boris;
        int port;
        try (Office office = Office.start(OfficeConfig.onLoopback(data))) {
            anna = TestDevice.enrol(office, "Anna");
            boris = TestDevice.enrol(office, "Boris");
            port = office.httpsAddress().getPort();
        }
        InetSocketAddress address = new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port);
        Process process = launch(data, port);
        try {
            anna.connect(address);
            LineSecret kept = anna.giveLine(boris);
            LineSecret withdrawn = anna.giveLine(boris);
            process.destroyForcibly().waitFor();
            process = launch(data, port);
            anna.connect(address);
            boris.connect(address);
            assertThat(ring(boris, anna, withdrawn))
                    .as("a line that was acknowledged")
                    .isEqualTo(SubmitOutcome.ACCEPTED);
            anna.withdraw(withdrawn);
            process.destroyForcibly().waitFor();
            process = launch(data, port);
            anna.connect(address);
            boris.connect(address);
            assertThat(ring(boris, anna, withdrawn))
                    .as("a withdrawal that was acknowledged")
                    .isEqualTo(SubmitOutcome.UNKNOWN_RECIPIENT);
            assertThat(ring(boris, anna, kept)).isEqualTo(SubmitOutcome.ACCEPTED);
        } finally {
            process.destroyForcibly().waitFor();
        }
        anna.close();
        boris.close();
    }

    private static SubmitOutcome ring(TestDevice caller, TestDevice callee, LineSecret line) throws Exception {
        CallId call = TestDevice.newCall();
        return caller.submit(caller.envelope(callee, call, caller.offer(callee, call, line)));
    }

    private static CallId answeredCall(TestDevice anna, TestDevice boris) throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        boris.take();
        assertThat(boris.submit(boris.envelope(anna, call, boris.answer(offer, call))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        anna.take();
        return call;
    }

    /** Takes what waits, until the office has nothing more. */
    static void drain(TestDevice device, List<Delivery> arrived) throws Exception {
        while (true) {
            device.sendRaw(new ToOffice.Ping(77).encode());
            boolean any = false;
            while (true) {
                FromOffice message = device.next();
                if (message instanceof FromOffice.Pong) {
                    break;
                }
                if (message instanceof FromOffice.Deliver deliver) {
                    any = true;
                    arrived.add(deliver.delivery());
                    device.acknowledge(deliver.delivery().sequence());
                }
            }
            if (!any) {
                return;
            }
        }
    }

    static Process launch(Path data, int port) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        data.toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (!"ready".equals(line)) {
            process.destroyForcibly();
            throw new IOException("the office did not start: " + line);
        }
        return process;
    }

    /** The office's process; also ends by itself when the test's process is gone. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            ProcessHandle.current().parent().ifPresent(parent -> {
                var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
            });
            try (Office office = Office.start(
                    OfficeConfig.onLoopback(Path.of(arguments[0])).withPorts(Integer.parseInt(arguments[1]), 0))) {
                System.out.println("ready");
                office.awaitStopRequest();
            } catch (OfficeException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
