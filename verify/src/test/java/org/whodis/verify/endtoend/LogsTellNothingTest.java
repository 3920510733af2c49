package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.PhoneState;

/** A whole call at the most talkative level, and what its log lines do not say. */
@Timeout(120)
class LogsTellNothingTest {
    @TempDir
    Path folder;

    private final List<String> everything = new CopyOnWriteArrayList<>();
    private final List<String> atDefaultLevel = new CopyOnWriteArrayList<>();

    @Test
    void noLineHasASecretAndNoneAtTheDefaultLevelSaysWhoCallsWhom() throws Exception {
        Logger logger = Logger.getLogger("org.whodis");
        Level before = logger.getLevel();
        Handler handler = new Listening();
        logger.addHandler(handler);
        logger.setLevel(Level.ALL);
        List<String> secrets = new ArrayList<>();
        List<String> whoCallsWhom = new ArrayList<>(List.of("Ada", "Bob"));
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")))) {
            secrets.add(office.invite("Ada", "", Duration.ofMinutes(1)).link().split("#1\\.")[1]);
            TestPhone ada = TestPhone.enrol(office, folder.resolve("ada"), "Ada", Speech.ofAda());
            TestPhone bob = TestPhone.enrol(office, folder.resolve("bob"), "Bob", Speech.ofBob());
            CallId call = ada.call("Bob");
            bob.awaitRinging();
            bob.phone.answer(call);
            secrets.add(String.join(
                    " ", ada.awaitState(call, State.CONNECTED).view().words()));
            ada.awaitOpened(call, 20);
            ada.phone.rebind();
            office.restartSignalling();
            ada.phone.hangUp(call);
            bob.awaitState(call, State.ENDED);
            whoCallsWhom.add(call.value().hex());
            for (TestPhone each : List.of(ada, bob)) {
                whoCallsWhom.add(each.phone.ownChain().principal().value().hex().substring(0, 12));
                each.close();
            }
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        for (String name : List.of("ada", "bob")) {
            byte[] seed = seed(folder.resolve(name));
            secrets.add(HexFormat.of().formatHex(seed, 0, 16));
            secrets.add(Base64.getEncoder().encodeToString(seed).substring(0, 16));
        }
        assertThat(everything).as("log lines at all levels").isNotEmpty();
        for (String secret : secrets) {
            assertThat(everything).noneMatch(line -> line.contains(secret));
        }
        for (String told : whoCallsWhom) {
            assertThat(atDefaultLevel).noneMatch(line -> line.contains(told));
        }
    }

    private static byte[] seed(Path home) throws Exception {
        try (Keystore keystore = Keystore.open(home, null, new JdkPrimitives(), PhoneConfig.systemRandom())) {
            return PhoneState.decode(keystore.body()).deviceSeed().expose();
        }
    }

    private final class Listening extends Handler {
        @Override
        public void publish(LogRecord record) {
            String line = new java.util.logging.SimpleFormatter().format(record);
            everything.add(line);
            if (record.getLevel().intValue() >= Level.INFO.intValue()) {
                atDefaultLevel.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
