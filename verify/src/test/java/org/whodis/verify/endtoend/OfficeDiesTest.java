package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;

/** An office, in a process of its own with its relay, is killed in the middle of a call with another office. */
@Timeout(600)
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

    private static Process launch(Path data, int https, int udp) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        data.toString(),
                        Integer.toString(https),
                        Integer.toString(udp))
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
            OfficeConfig config = OfficeConfig.onLoopback(Path.of(arguments[0]))
                    .withPorts(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            try (Office office = Office.start(config)) {
                System.out.println("ready");
                office.awaitStopRequest();
            } catch (OfficeException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
