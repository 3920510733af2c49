package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;
import org.whodis.phone.line.LineOrder;
import org.whodis.phone.line.NewLine;

/** An office, in a process of its own with its relay, is killed in the middle of a call with another office. */
@Timeout(240)
class OfficeDiesTest {
    @TempDir
    Path folder;

    @Test
    void bothSidesAreToldHangUpByThemselvesAndCallAgainWhenItIsBack() throws Exception {
        Path data = folder.resolve("aldera");
        TestPhone bob;
        int https;
        int udp;
        try (Office aldera = Office.start(OfficeConfig.onLoopback(data))) {
            https = aldera.httpsAddress().getPort();
            udp = aldera.udpAddress().getPort();
            bob = TestPhone.enrol(aldera, folder.resolve("bob"), "Bob", Speech.ofBob());
        }
        Process process = launch(data, https, udp);
        try (Office vestmark = Office.start(OfficeConfig.onLoopback(folder.resolve("vestmark")));
                TestPhone ada = TestPhone.enrol(vestmark, folder.resolve("ada"), "Ada", Speech.ofAda())) {
            HeldLine held = line(ada, bob);
            CallId call = connected(ada, bob, held);
            int offline = bob.all(PhoneEvent.Offline.class).size();

            process.destroyForcibly().waitFor();

            // Bob's phone says that his office is gone; the call is not ended by that on either side.
            TestPhone.until(() -> bob.all(PhoneEvent.Offline.class).size() > offline ? true : null);
            assertThat(ada.phone.callView(call).view().state()).isEqualTo(State.CONNECTED);
            assertThat(bob.phone.callView(call).view().state()).isEqualTo(State.CONNECTED);
            TestPhone.until(() -> vestmark.metrics().contains("whodis_trunks_heard 0\n") ? true : null);

            // Each hangs up by itself, without anybody's office having to agree.
            ada.phone.hangUp(call);
            ada.awaitState(call, State.ENDED);
            bob.phone.hangUp(call);
            bob.awaitState(call, State.ENDED);

            process = launch(data, https, udp);
            int online = bob.all(PhoneEvent.Online.class).size();
            bob.phone.reconnect();
            TestPhone.until(() -> bob.all(PhoneEvent.Online.class).size() > online ? true : null);
            CallId next = connected(ada, bob, held);
            ada.phone.hangUp(next);
            bob.awaitState(next, State.ENDED);
        } finally {
            bob.close();
            process.destroyForcibly().waitFor();
        }
    }

    private static HeldLine line(TestPhone ada, TestPhone bob) throws Exception {
        bob.phone.reconnect();
        NewLine given = TestPhone.until(() -> {
            try {
                return bob.phone.lines().give(LineOrder.open("given to Ada")).get(30, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException notOnlineYet) {
                return null;
            }
        });
        ada.phone.lines().redeem(given.link(), true).get(30, TimeUnit.SECONDS);
        bob.await(PhoneEvent.LineWaiting.class);
        bob.phone.lines().decide(given.id(), true).get(30, TimeUnit.SECONDS);
        return ada.await(PhoneEvent.LineReady.class).line();
    }

    private static CallId connected(TestPhone ada, TestPhone bob, HeldLine held) throws Exception {
        int rings = bob.all(PhoneEvent.Ringing.class).size();
        CallId call = ada.phone.call(held.id());
        assertThat(bob.awaitRingingBeyond(rings)).isEqualTo(call);
        bob.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        bob.awaitState(call, State.CONNECTED);
        ada.awaitOpened(call, 30);
        bob.awaitOpened(call, 30);
        return call;
    }

    /** Runs {@code whodis office run}, and returns once it answers. */
    private static Process launch(Path data, int https, int udp) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.whodis.app.Whodis",
                "office",
                "run",
                "--data",
                data.toString(),
                "--port",
                String.valueOf(https),
                "--udp-port",
                String.valueOf(udp)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(data.toString() + ".log"))
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), https), 1_000);
                return process;
            } catch (java.io.IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("the office does not start; its log is " + data + ".log");
    }
}
