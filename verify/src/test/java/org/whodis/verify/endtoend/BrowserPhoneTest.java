package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.EndReason;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.web.phone.BrowserPhone;
import org.whodis.web.phone.PhoneInput;
import org.whodis.web.phone.PhoneOutput;
import org.whodis.web.phone.Problem;
import org.whodis.web.phone.Protection;

/** The browser's phone against a real office and real Java phones, on the JVM: everything but the browser itself. */
@Timeout(180)
class BrowserPhoneTest {
    @TempDir
    static Path folder;

    private static Office office;
    private static TestPhone bob;
    private static JvmBrowser ada;
    private static JvmBrowser adasTablet;

    @BeforeAll
    static void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        bob = TestPhone.enrol(office, folder.resolve("bob"), "Bob", Speech.ofBob());
        ada = JvmBrowser.enrol(office, "Ada");
        adasTablet = linked(ada);
    }

    @AfterAll
    static void stop() {
        ada.close();
        adasTablet.close();
        bob.close();
        office.close();
    }

    /** A further browser of the same person. */
    private static JvmBrowser linked(JvmBrowser existing) throws Exception {
        String link = TestJson.read(existing.deed(PhoneInput.OpenLink::new).answer())
                .get("link")
                .asText();
        JvmBrowser made = new JvmBrowser(office, new JvmBrowser.Disk());
        made.begin(link);
        JsonNode request = existing.await(now -> now.has("linkRequest")).get("linkRequest");
        assertThat(request.get("kind").asText()).isEqualTo("browser");
        assertThat(TestJson.texts(request.get("words"))).hasSize(6).isEqualTo(made.words());
        assertThat(existing.deed(deed -> new PhoneInput.Vouch(deed, true)).problem())
                .isNull();
        made.awaitOnline();
        return made;
    }

    @BeforeEach
    void forget() {
        bob.events.clear();
    }

    @AfterEach
    void endEverything() throws Exception {
        for (JvmBrowser each : List.of(ada, adasTablet)) {
            for (JsonNode call : each.snapshot().get("calls")) {
                CallId id = JvmBrowser.callId(call.get("id").asText());
                each.give(new PhoneInput.HangUp(id));
                each.awaitCall(call.get("id").asText(), "ended");
                each.give(new PhoneInput.Dismiss(id));
            }
            each.await(now -> now.get("calls").isEmpty());
        }
        for (PhoneCall call : bob.phone.calls()) {
            if (call.view().state() != State.ENDED) {
                bob.phone.hangUp(call.view().callId());
                bob.awaitState(call.view().callId(), State.ENDED);
            }
        }
    }

    private static PhoneInput.Call toBob(int deed) {
        try {
            return new PhoneInput.Call(deed, new PrincipalId(Bytes.fromHex(ada.person("Bob"))));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBrowserCallsAJavaPhoneAndBothShowTheSameWords() throws Exception {
        String id = ada.deed(BrowserPhoneTest::toBob).answer();
        CallId call = bob.awaitRinging();
        assertThat(call.value().hex()).isEqualTo(id);
        bob.phone.answer(call);
        PhoneCall atBob = bob.awaitState(call, State.CONNECTED);
        JsonNode atAda = ada.awaitCall(id, "connected");
        assertThat(TestJson.texts(atAda.get("words")))
                .hasSize(4)
                .isEqualTo(atBob.view().words());
        assertThat(atBob.view().peer().device().kind()).isEqualTo(DeviceKind.BROWSER);
        assertThat(atAda.get("roster")).hasSize(2);
        assertThat(atAda.at("/roster/0/device").asText()).isEqualTo("java-phone");
        TestPhone.until(() -> ada.outputs.stream()
                        .anyMatch(each -> each instanceof PhoneOutput.MediaPlace place
                                && place.call().equals(call))
                ? true
                : null);
        ada.give(new PhoneInput.HangUp(call));
        assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.HUNG_UP_THERE);
        JsonNode ended = ada.awaitCall(id, "ended");
        assertThat(ended.get("ended").asText()).isEqualTo("hung-up-here");
        JsonNode past = ada.snapshot().get("past").get(0);
        assertThat(past.get("id").asText()).isEqualTo(id);
        assertThat(past.get("outcome").asText()).isEqualTo("talked");
    }

    @Test
    void aJavaPhoneCallsAndTheBrowserThatAnswersSilencesTheOtherOne() throws Exception {
        CallId call = bob.call("Ada");
        String id = call.value().hex();
        ada.awaitCall(id, "ringing");
        adasTablet.awaitCall(id, "ringing");
        assertThat(ada.outputs.stream()
                        .noneMatch(each -> each instanceof PhoneOutput.OpenMedia open
                                && open.call().equals(call)))
                .as("no sign of media before somebody answers")
                .isTrue();
        assertThat(adasTablet.deed(deed -> new PhoneInput.Answer(deed, call)).problem())
                .isNull();
        bob.awaitState(call, State.CONNECTED);
        adasTablet.awaitCall(id, "connected");
        assertThat(ada.awaitCall(id, "ended").get("ended").asText()).isEqualTo("answered-elsewhere");
        assertThat(ada.outputs.stream()
                        .noneMatch(each -> each instanceof PhoneOutput.InstallEpoch install
                                && install.call().equals(call)))
                .as("no keys on the one that did not answer")
                .isTrue();
    }

    @Test
    void aCallThatRingsInTwoBrowsersGoesToTheDeskAndRingsInNeither() throws Exception {
        try (TestPhone cleo = TestPhone.enrol(office, folder.resolve("cleo"), "Cleo", Speech.ofAda())) {
            CallId call = bob.call("Ada");
            String id = call.value().hex();
            ada.awaitCall(id, "ringing");
            adasTablet.awaitCall(id, "ringing");
            ada.await(now -> !now.get("desk").asBoolean());
            assertThat(ada.deed(deed -> new PhoneInput.SendToDesk(deed, call)).problem())
                    .as("nobody sits there")
                    .isEqualTo(Problem.NOBODY_AT_DESK);
            ada.awaitCall(id, "ringing");

            office.deskAdd("Cleo");
            assertThat(ada.deed(deed -> new PhoneInput.SendToDesk(deed, call)).problem())
                    .isNull();
            assertThat(ada.awaitCall(id, "ended").get("ended").asText()).isEqualTo("declined-here");
            assertThat(adasTablet.awaitCall(id, "ended").get("ended").asText()).isEqualTo("declined-elsewhere");
            assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED);
            cleo.await(PhoneEvent.DeskChanged.class);
            assertThat(cleo.phone.lines().desk().get(60, TimeUnit.SECONDS).calls())
                    .singleElement()
                    .satisfies(each -> assertThat(each.name()).isEqualTo("Bob"));

            // The next call finds the desk: each asks for it anew when it rings.
            CallId next = bob.call("Ada");
            ada.awaitCall(next.value().hex(), "ringing");
            ada.await(now -> now.get("desk").asBoolean());
            assertThat(ada.deed(deed -> new PhoneInput.SendToDesk(deed, call)).problem())
                    .as("the one that is over")
                    .isEqualTo(Problem.NOT_NOW);
            ada.awaitCall(next.value().hex(), "ringing");
        } finally {
            office.deskRemove("Cleo");
        }
    }

    @Test
    void wordsThatMatchAreRememberedAfterThePageWasOpenedAnew() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        String id;
        try (JvmBrowser carl = new JvmBrowser(office, disk)) {
            carl.begin(office.invite("Carl", "", Duration.ofMinutes(5)).link());
            office.confirm(String.join(" ", carl.words()));
            carl.awaitOnline();
            String person = carl.person("Bob");
            id = carl.deed(deed -> new PhoneInput.Call(deed, new PrincipalId(Bytes.fromHex(person))))
                    .answer();
            CallId call = bob.awaitRinging();
            bob.phone.answer(call);
            carl.awaitCall(id, "connected");
            carl.give(new PhoneInput.WordsMatch(call, true));
            carl.await(now -> JvmBrowser.find(
                            now.get("calls"),
                            each -> each.get("comparison").asText().equals("match"))
                    != null);
            carl.give(new PhoneInput.HangUp(call));
            carl.awaitCall(id, "ended");
            carl.await(now -> !now.get("past").isEmpty());
        }
        try (JvmBrowser again = new JvmBrowser(office, disk)) {
            again.awaitOnline();
            again.person("Bob");
            JsonNode person = JvmBrowser.find(
                    again.snapshot().get("people"),
                    each -> each.get("name").asText().equals("Bob"));
            assertThat(person.at("/known/kind").asText()).isEqualTo("compared");
            assertThat(again.snapshot().at("/past/0/id").asText()).isEqualTo(id);
        }
    }

    @Test
    void wordsThatDifferEndTheCallWithAnAlarmOnBothSides() throws Exception {
        CallId call = bob.call("Ada");
        String id = call.value().hex();
        ada.awaitCall(id, "ringing");
        ada.deed(deed -> new PhoneInput.Answer(deed, call));
        ada.awaitCall(id, "connected");
        bob.awaitState(call, State.CONNECTED);
        ada.give(new PhoneInput.WordsMatch(call, false));
        JsonNode ended = ada.awaitCall(id, "ended");
        assertThat(ended.get("ended").asText()).isEqualTo("words-differ");
        assertThat(ended.get("comparison").asText()).isEqualTo("differ");
        assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.WORDS_DIFFER_THERE);
        bob.await(PhoneEvent.Alarm.class);
    }

    @Test
    void aSecondCallIsShownInSilenceAndRingsWhenTheFirstIsOver() throws Exception {
        String first = ada.deed(BrowserPhoneTest::toBob).answer();
        bob.phone.answer(bob.awaitRinging());
        ada.awaitCall(first, "connected");
        try (JvmBrowser dora = JvmBrowser.enrol(office, "Dora")) {
            String person = dora.person("Ada");
            String second = dora.deed(deed -> new PhoneInput.Call(deed, new PrincipalId(Bytes.fromHex(person))))
                    .answer();
            ada.awaitCall(second, "waiting");
            assertThat(ada.deed(deed -> new PhoneInput.Answer(deed, JvmBrowser.callId(second)))
                            .problem())
                    .isEqualTo(Problem.NOT_NOW);
            assertThat(ada.deed(BrowserPhoneTest::toBob).problem()).isEqualTo(Problem.NOT_DIALLED);
            ada.give(new PhoneInput.HangUp(JvmBrowser.callId(first)));
            ada.awaitCall(second, "ringing");
            ada.deed(deed -> new PhoneInput.Answer(deed, JvmBrowser.callId(second)));
            dora.awaitCall(second, "connected");
        }
    }

    @Test
    void whoIsEnrolledLaterAndWhatDevicesTheyAddIsSeenByWhoIsOnlineWithoutAReload() throws Exception {
        try (JvmBrowser nora = JvmBrowser.enrol(office, "Nora")) {
            assertThat(ada.person("Nora"))
                    .isEqualTo(nora.snapshot().at("/me/id").asText());
            TestPhone.until(() -> {
                nora.person("Bob");
                return devicesOf("Nora") == 1 ? true : null;
            });
            try (JvmBrowser further = linked(nora)) {
                nora.await(now -> now.get("devices").size() == 2);
                further.await(now -> now.get("devices").size() == 2);
                ada.await(now -> JvmBrowser.find(
                                now.get("people"),
                                each -> each.get("name").asText().equals("Nora")
                                        && each.at("/known/kind").asText().equals("new-device"))
                        != null);
                TestPhone.until(() -> devicesOf("Nora") == 2 ? true : null);
            }
        }
    }

    private static int devicesOf(String name) {
        return bob.phone.contacts().stream()
                .filter(each -> each.name().equals(name))
                .mapToInt(each -> each.chain().devices().size())
                .sum();
    }

    @Test
    void aCallInWhichThePageWasClosedIsInTheListWhenItIsOpenedAnew() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        String id;
        try (JvmBrowser may = new JvmBrowser(office, disk)) {
            may.begin(office.invite("May", "", Duration.ofMinutes(5)).link());
            office.confirm(String.join(" ", may.words()));
            may.awaitOnline();
            PrincipalId toBob = new PrincipalId(Bytes.fromHex(may.person("Bob")));
            id = may.deed(deed -> new PhoneInput.Call(deed, toBob)).answer();
            may.awaitCall(id, "ringing-there");
            assertThat(outcomeAfterReload(disk, id)).isEqualTo("cancelled");
            CallId call = bob.awaitRinging();
            bob.phone.answer(call);
            may.awaitCall(id, "connected");
            // What is still going on is in no list of what is over.
            assertThat(may.snapshot().get("past")).isEmpty();
        }
        assertThat(outcomeAfterReload(disk, id)).isEqualTo("talked");
        bob.phone.hangUp(JvmBrowser.callId(id));
    }

    /** What a page that is opened anew on what is stored says of it. */
    private static String outcomeAfterReload(JvmBrowser.Disk disk, String call) throws Exception {
        BrowserPhone phone =
                new BrowserPhone(new BcPrimitives(), PhoneConfig.systemRandom(), new OfficeDomain(office.domain()));
        phone.handle(new PhoneInput.Start(disk.record), System.currentTimeMillis());
        JsonNode past = JvmBrowser.find(
                TestJson.read(phone.snapshot()).get("past"),
                each -> each.get("id").asText().equals(call));
        return past == null ? "nothing" : past.get("outcome").asText();
    }

    @Test
    void aDeclineReachesTheCaller() throws Exception {
        CallId call = bob.call("Ada");
        ada.awaitCall(call.value().hex(), "ringing");
        ada.give(new PhoneInput.Decline(call));
        assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED);
        assertThat(adasTablet
                        .awaitCall(call.value().hex(), "ended")
                        .get("ended")
                        .asText())
                .isEqualTo("declined-elsewhere");
    }

    @Test
    void aCallInVainIsShownAsMissedAlsoAfterThePageWasClosed() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        try (JvmBrowser erna = new JvmBrowser(office, disk)) {
            erna.begin(office.invite("Erna", "", Duration.ofMinutes(5)).link());
            office.confirm(String.join(" ", erna.words()));
            erna.awaitOnline();
        }
        CallId call = TestPhone.until(() -> {
            bob.events.clear();
            return bob.call("Erna");
        });
        bob.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
        try (JvmBrowser again = new JvmBrowser(office, disk)) {
            JsonNode past = again.await(now -> !now.path("past").isEmpty()).at("/past/0");
            assertThat(past.get("id").asText()).isEqualTo(call.value().hex());
            assertThat(past.get("outcome").asText()).isEqualTo("missed");
            assertThat(past.at("/person/name").asText()).isEqualTo("Bob");
        }
    }

    @Test
    void aConnectionThatIsCutComesBackAndTheCallGoesOn() throws Exception {
        String id = ada.deed(BrowserPhoneTest::toBob).answer();
        CallId call = bob.awaitRinging();
        bob.phone.answer(call);
        ada.awaitCall(id, "connected");
        bob.awaitState(call, State.CONNECTED);
        ada.cut();
        ada.give(new PhoneInput.HangUp(call));
        // The farewell waits for the next session.
        assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.HUNG_UP_THERE);
        ada.awaitOnline();
    }

    @Test
    void aPageThatIsReloadedWhileItWaitsForTheOperatorGoesOnWithTheSameWords() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        List<String> words;
        try (JvmBrowser frank = new JvmBrowser(office, disk)) {
            frank.begin(office.invite("Frank", "", Duration.ofMinutes(5)).link());
            words = frank.words();
        }
        try (JvmBrowser again = new JvmBrowser(office, disk)) {
            assertThat(again.words()).isEqualTo(words);
            office.confirm(String.join(" ", words));
            again.awaitOnline();
            assertThat(again.snapshot().at("/me/name").asText()).isEqualTo("Frank");
        }
    }

    @Test
    void nothingIsSaidToTheOfficeBeforeTheKeysAreStored() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        disk.isSlow = true;
        try (JvmBrowser gina = new JvmBrowser(office, disk)) {
            String link = office.invite("Gina", "", Duration.ofMinutes(5)).link();
            gina.give(new PhoneInput.Enrol(99, link, "Laptop", new Protection.BrowserKey()));
            TestPhone.until(() -> gina.outputs.stream().anyMatch(PhoneOutput.Store.class::isInstance) ? true : null);
            assertThat(gina.outputs.stream()
                            .filter(PhoneOutput.Ask.class::isInstance)
                            .map(each -> ((PhoneOutput.Ask) each).path()))
                    .containsExactly("/.well-known/whodis", "/v1/enrol/open");
            gina.diskIsFast();
            office.confirm(String.join(" ", gina.words()));
            gina.awaitOnline();
        }
    }

    @Test
    void anInvitationIsLookedAtWithoutUsingItAndOneOfAnotherOfficeIsRefused() throws Exception {
        try (JvmBrowser gast = new JvmBrowser(office, new JvmBrowser.Disk())) {
            String link = office.invite("Hanna", "Chief of Tests", Duration.ofMinutes(5))
                    .link();
            for (int i = 0; i < 2; i++) {
                JsonNode invited = TestJson.read(
                        gast.deed(deed -> new PhoneInput.LookAt(deed, link)).answer());
                assertThat(invited.get("kind").asText()).isEqualTo("person");
                assertThat(invited.get("name").asText()).isEqualTo("Hanna");
                assertThat(invited.get("title").asText()).isEqualTo("Chief of Tests");
            }
            String elsewhere = link.replace(office.domain(), "office.example");
            assertThat(gast.deed(deed -> new PhoneInput.LookAt(deed, elsewhere)).problem())
                    .isEqualTo(Problem.INVITATION_MALFORMED);
            String unknown =
                    link.substring(0, link.indexOf("#1.") + 3) + "AAAAAA" + link.substring(link.indexOf("#1.") + 9);
            assertThat(gast.deed(deed -> new PhoneInput.LookAt(deed, unknown)).problem())
                    .isEqualTo(Problem.INVITATION_EXPIRED);
        }
    }

    @Test
    void anEnrolmentThatTheOperatorRefusesLeavesNothingBehind() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        try (JvmBrowser ines = new JvmBrowser(office, disk)) {
            ines.begin(office.invite("Ines", "", Duration.ofMinutes(5)).link());
            office.refuse(String.join(" ", ines.words()));
            JsonNode now = ines.await(each -> each.get("stage").asText().equals("no-identity"));
            assertThat(now.get("problem").asText()).isEqualTo("enrolment-refused");
            assertThat(disk.record.isEmpty()).isTrue();
        }
    }

    @Test
    void aStoreUnderAPassphraseOpensWithItAlone() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        try (JvmBrowser jan = new JvmBrowser(office, disk)) {
            String link = office.invite("Jan", "", Duration.ofMinutes(5)).link();
            jan.deed(deed ->
                    new PhoneInput.Enrol(deed, link, "Laptop", new Protection.Passphrase(secret("correct horse"))));
            office.confirm(String.join(" ", jan.words()));
            jan.awaitOnline();
        }
        try (JvmBrowser again = new JvmBrowser(office, disk)) {
            assertThat(again.snapshot().get("stage").asText()).isEqualTo("locked");
            assertThat(again.deed(deed -> new PhoneInput.Unlock(deed, secret("wrong horse")))
                            .problem())
                    .isEqualTo(Problem.PASSPHRASE_WRONG);
            assertThat(again.deed(deed -> new PhoneInput.Unlock(deed, secret("correct horse")))
                            .problem())
                    .isNull();
            again.awaitOnline();
        }
    }

    @Test
    void theKeyThatAWrongPassphraseGaveIsErased() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        try (JvmBrowser ron = new JvmBrowser(office, disk)) {
            String link = office.invite("Ron", "", Duration.ofMinutes(5)).link();
            ron.deed(deed ->
                    new PhoneInput.Enrol(deed, link, "Laptop", new Protection.Passphrase(secret("correct horse"))));
            ron.words();
        }
        List<Secret> keys = new ArrayList<>();
        Primitives real = new BcPrimitives();
        Primitives watched = (Primitives) Proxy.newProxyInstance(
                Primitives.class.getClassLoader(), new Class<?>[] {Primitives.class}, (_, method, arguments) -> {
                    if (method.getName().equals("aeadOpen")) {
                        keys.add((Secret) arguments[1]);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        BrowserPhone phone = new BrowserPhone(watched, PhoneConfig.systemRandom(), new OfficeDomain(office.domain()));
        phone.handle(new PhoneInput.Start(disk.record), System.currentTimeMillis());
        Secret brought = secret("wrong horse");
        phone.handle(new PhoneInput.Unlock(1, brought), System.currentTimeMillis());
        assertThat(keys).hasSize(1);
        assertThatThrownBy(keys.getFirst()::expose).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(brought::expose).isInstanceOf(IllegalStateException.class);
        // The right one is kept, to seal what is written from now on.
        phone.handle(new PhoneInput.Unlock(2, secret("correct horse")), System.currentTimeMillis());
        assertThat(keys.getLast().expose()).hasSize(32);
    }

    private static Secret secret(String text) {
        return Secret.copyOf(Bytes.utf8(text));
    }

    @Test
    void aJavaPhoneIsLinkedByABrowser() throws Exception {
        String link = TestJson.read(adasTablet.deed(PhoneInput.OpenLink::new).answer())
                .get("link")
                .asText();
        try (JvmBrowser kim = JvmBrowser.enrol(office, "Kim");
                TestPhone desk = TestPhone.unenrolled(folder.resolve("desk"), Speech.ofAda())) {
            String kims = TestJson.read(kim.deed(PhoneInput.OpenLink::new).answer())
                    .get("link")
                    .asText();
            assertThat(kims).isNotEqualTo(link);
            PendingEnrolment pending = desk.phone.enrol(kims);
            JsonNode request = kim.await(now -> now.has("linkRequest")).get("linkRequest");
            assertThat(TestJson.texts(request.get("words"))).isEqualTo(pending.words());
            assertThat(request.get("kind").asText()).isEqualTo("java-phone");
            kim.deed(deed -> new PhoneInput.Vouch(deed, true));
            pending.confirmed().get(30, TimeUnit.SECONDS);
            JsonNode devices = kim.await(now -> now.get("devices").size() == 2).get("devices");
            String id = devices.get(1).get("id").asText();
            assertThat(devices.get(0).get("name").asText()).isEqualTo("Laptop");
            assertThat(devices.get(1).get("vouchedBy").asText()).isEqualTo("Laptop");
            kim.deed(deed -> new PhoneInput.RenameDevice(deed, new DeviceId(Bytes.fromHex(id)), "On the desk"));
            kim.await(now -> now.at("/devices/1/name").asText().equals("On the desk"));
        }
    }

    @Test
    void aDeviceThatAnotherOneTakesOutEndsItsCallForgetsItsKeysAndSaysSo() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        try (JvmBrowser nina = JvmBrowser.enrol(office, "Nina");
                JvmBrowser lost = new JvmBrowser(office, disk)) {
            lost.begin(TestJson.read(nina.deed(PhoneInput.OpenLink::new).answer())
                    .get("link")
                    .asText());
            nina.await(now -> now.has("linkRequest"));
            nina.deed(deed -> new PhoneInput.Vouch(deed, true));
            lost.awaitOnline();
            JsonNode devices = nina.await(now -> now.get("devices").size() == 2).get("devices");
            DeviceId id = new DeviceId(Bytes.fromHex(devices.get(1).get("id").asText()));
            CallId call = TestPhone.until(() -> bob.call("Nina"));
            lost.awaitCall(call.value().hex(), "ringing");
            lost.deed(deed -> new PhoneInput.Answer(deed, call));
            bob.awaitCall(
                    call,
                    view -> view.view().state() != State.RINGING_THERE
                            && view.view().state() != State.DIALLING);

            assertThat(nina.deed(deed -> new PhoneInput.RemoveDevice(deed, id)).problem())
                    .isNull();
            assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DEVICE_REVOKED_THERE);
            JsonNode told = lost.await(now -> now.get("stage").asText().equals("no-identity"));
            assertThat(told.get("problem").asText()).isEqualTo("device-removed");
            assertThat(disk.record.isEmpty()).isTrue();
            assertThat(nina.snapshot().get("devices")).hasSize(1);
        }
    }

    @Test
    void aDeviceThatTakesItselfOutIsTakenOutOfTheListOfTheOthers() throws Exception {
        try (JvmBrowser otto = JvmBrowser.enrol(office, "Otto");
                JvmBrowser tablet = new JvmBrowser(office, new JvmBrowser.Disk())) {
            tablet.begin(TestJson.read(otto.deed(PhoneInput.OpenLink::new).answer())
                    .get("link")
                    .asText());
            otto.await(now -> now.has("linkRequest"));
            otto.deed(deed -> new PhoneInput.Vouch(deed, true));
            tablet.awaitOnline();
            JsonNode devices = otto.await(now -> now.get("devices").size() == 2).get("devices");
            DeviceId id = new DeviceId(Bytes.fromHex(devices.get(1).get("id").asText()));
            assertThat(tablet.deed(deed -> new PhoneInput.RemoveDevice(deed, id))
                            .problem())
                    .isNull();
            JsonNode left = tablet.await(now -> now.get("stage").asText().equals("no-identity"));
            assertThat(left.has("problem")).as("its person wanted it").isFalse();
            otto.await(now -> now.get("devices").size() == 1);
        }
    }

    @Test
    void aDeviceThatTakesItselfOutForgetsItsKeys() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        try (JvmBrowser leo = new JvmBrowser(office, disk)) {
            leo.begin(office.invite("Leo", "", Duration.ofMinutes(5)).link());
            office.confirm(String.join(" ", leo.words()));
            leo.awaitOnline();
            String id = leo.snapshot().at("/devices/0/id").asText();
            assertThat(leo.deed(deed -> new PhoneInput.RemoveDevice(deed, new DeviceId(Bytes.fromHex(id))))
                            .problem())
                    .isNull();
            leo.await(now -> now.get("stage").asText().equals("no-identity"));
            assertThat(disk.record.isEmpty()).isTrue();
        }
    }

    @Test
    void aCallThatRangBeforeThePageWasOpenedAnewRingsNoSecondTime() throws Exception {
        JvmBrowser.Disk disk = new JvmBrowser.Disk();
        CallId call;
        try (JvmBrowser mona = new JvmBrowser(office, disk)) {
            mona.begin(office.invite("Mona", "", Duration.ofMinutes(5)).link());
            office.confirm(String.join(" ", mona.words()));
            mona.awaitOnline();
            call = TestPhone.until(() -> bob.call("Mona"));
            mona.awaitCall(call.value().hex(), "ringing");
            bob.awaitState(call, State.RINGING_THERE);
        }
        try (JvmBrowser again = new JvmBrowser(office, disk)) {
            again.awaitOnline();
            bob.phone.hangUp(call);
            JsonNode past = again.await(now -> !now.path("past").isEmpty()).at("/past/0");
            assertThat(past.get("outcome").asText()).isEqualTo("missed");
            assertThat(again.snapshot().get("calls")).isEmpty();
        }
    }
}
