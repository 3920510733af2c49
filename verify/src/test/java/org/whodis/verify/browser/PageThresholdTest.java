package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What stands between a person and a call, by the screens alone, on the page of a real office in real browsers: invitations,
 * locks, other tabs, languages, small screens, microphones, networks. Each test has people of its own.
 */
class PageThresholdTest {
    private static final String PASSPHRASE = "a few words are best";
    private static final int PHONE_WIDTH = 390;
    private static final int PHONE_HEIGHT = 844;

    @TempDir
    static Path folder;

    private static OfficeStage stage;

    @BeforeAll
    static void open() throws Exception {
        stage = new OfficeStage(folder);
    }

    @AfterEach
    void mend() {
        stage.wire.mend();
    }

    @AfterAll
    static void close() throws Exception {
        stage.close();
    }

    private static Chromium.ChromiumTab tabApart() throws Exception {
        return ((Chromium) stage.browser(BrowserKind.CHROMIUM)).apart();
    }

    @ParameterizedTest
    @EnumSource
    void anInvitationWorksOnceAndThePageSaysWhatToDo(BrowserKind kind) throws Exception {
        try (PageUser first = stage.newcomer(kind);
                PageUser second = stage.newcomer(kind)) {
            String link = first.invitation("Hedy Lamarr", "Inventor");
            first.open(link);
            first.awaitText("You are invited by", stage.office.domain(), "Hedy Lamarr", "Inventor");
            first.press("Make my keys");
            first.confirm();
            first.awaitText("Connected to your office");

            second.open(link);
            second.awaitText("You need an invitation", "This invitation", "Ask your office for a new one");
            second.type("Invitation link", link.substring(0, link.length() - 4));
            second.press("Open the invitation");
            second.awaitText("This is not a whole invitation", "Copy all of it, to its last character");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysUnderAPassphraseAreOpenedByItAlone(BrowserKind kind) throws Exception {
        try (PageUser mary = stage.newcomer(kind)) {
            mary.open(mary.invitation("Mary Jackson", "Engineer"));
            mary.press("Whoever knows a passphrase");
            mary.type("Passphrase", PASSPHRASE);
            mary.type("The same passphrase again", PASSPHRASE + "!");
            mary.press("Make my keys");
            mary.awaitText("The two are not the same.");
            mary.type("The same passphrase again", PASSPHRASE);
            mary.press("Make my keys");
            mary.confirm();

            mary.reload();
            mary.awaitText("Your keys are locked in this browser");
            mary.type("Passphrase", "something else");
            mary.press("Unlock");
            mary.awaitText("That is not the passphrase");
            mary.type("Passphrase", PASSPHRASE);
            mary.press("Unlock");
            mary.awaitOnline();

            mary.reload();
            mary.press("I have lost the passphrase");
            mary.awaitText("Nobody can open these keys without it");
            mary.press("Forget these keys");
            mary.awaitText("You need an invitation");
            mary.awaitStored();
            mary.reload();
            mary.awaitText("You need an invitation");
        }
    }

    @Test
    void keysUnderAPasskeyAreOpenedByItAlone() throws Exception {
        Chromium.ChromiumTab tab = tabApart();
        tab.call("WebAuthn.enable", Chromium.object());
        addAuthenticator(tab, true, true);
        try (PageUser rosa = new PageUser(tab, stage.office)) {
            rosa.open(rosa.invitation("Rosa Peter", "Logician"));
            rosa.press("Whoever has my passkey");
            rosa.press("Make my keys");
            rosa.confirm();

            rosa.reload();
            rosa.awaitText("Your keys are locked in this browser");
            rosa.press("Unlock with my passkey");
            rosa.awaitOnline();
        }
    }

    /** @return its id */
    private static String addAuthenticator(Chromium.ChromiumTab tab, boolean computesSecrets, boolean knowsPerson)
            throws Exception {
        ObjectNode wanted = Chromium.object();
        wanted.putObject("options")
                .put("protocol", "ctap2")
                .put("ctap2Version", "ctap2_1")
                .put("transport", "internal")
                .put("hasResidentKey", true)
                .put("hasUserVerification", true)
                .put("hasPrf", computesSecrets)
                .put("isUserVerified", knowsPerson)
                .put("automaticPresenceSimulation", true);
        return tab.call("WebAuthn.addVirtualAuthenticator", wanted)
                .get("authenticatorId")
                .asText();
    }

    private static void removeAuthenticator(Chromium.ChromiumTab tab, String id) throws Exception {
        tab.call("WebAuthn.removeVirtualAuthenticator", Chromium.object().put("authenticatorId", id));
    }

    @Test
    void aPasskeyThatIsRefusedOrCannotBeMadeKeepsNobodyOut() throws Exception {
        Chromium.ChromiumTab tab = tabApart();
        tab.call("WebAuthn.enable", Chromium.object());
        String simple = addAuthenticator(tab, false, true);
        try (PageUser barbara = new PageUser(tab, stage.office)) {
            barbara.open(barbara.invitation("Barbara Liskov", "Professor"));
            barbara.press("Whoever has my passkey");
            barbara.press("Make my keys");
            barbara.awaitText("No passkey was made", "choose another way to keep your keys", "Make my keys");

            removeAuthenticator(tab, simple);
            // It does not recognise the finger, and asks for it no more after some times.
            String strangers = addAuthenticator(tab, true, false);
            barbara.run("""
                    const { create } = CredentialsContainer.prototype;
                    CredentialsContainer.prototype.create = function (...all) {
                      const asked = create.apply(this, all);
                      asked.catch((refused) => { globalThis.refused = refused.name; });
                      return asked;
                    };
                    """);
            barbara.press("Make my keys");
            assertThat(barbara.until("globalThis.refused").asText()).isEqualTo("NotAllowedError");
            barbara.awaitText("No passkey was made");

            removeAuthenticator(tab, strangers);
            String own = addAuthenticator(tab, true, true);
            barbara.press("Make my keys");
            barbara.confirm();

            barbara.reload();
            barbara.run("""
                    const { get } = CredentialsContainer.prototype;
                    CredentialsContainer.prototype.get = function () {
                      CredentialsContainer.prototype.get = get;
                      return Promise.reject(new DOMException("cancelled", "NotAllowedError"));
                    };
                    """);
            barbara.press("Unlock with my passkey");
            barbara.awaitText("The passkey was not given", "Try again, with the same fingerprint");
            barbara.press("Unlock with my passkey");
            barbara.awaitOnline();

            barbara.reload();
            tab.call("WebAuthn.clearCredentials", Chromium.object().put("authenticatorId", own));
            barbara.press("Unlock with my passkey");
            barbara.awaitText("The passkey was not given");
            barbara.press("I have lost the passkey");
            barbara.press("Forget these keys");
            barbara.awaitText("You need an invitation");
            barbara.assertNoMisdeeds();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMicrophoneThatTheBrowserItselfRefusesIsSaidAndTheCallMadeOnceItIsAllowed(BrowserKind kind) throws Exception {
        try (PageUser gladys = stage.person(BrowserKind.CHROMIUM, "Gladys at " + kind);
                Browser strict = kind.launchWithoutMicrophone();
                PageUser evelyn = new PageUser(strict.first(), stage.office)) {
            evelyn.join("Evelyn at " + kind, "Somebody");
            evelyn.press("Call Gladys at " + kind);
            evelyn.awaitText("This page may not use the microphone", "allow the microphone for this page");
            gladys.awaitNoText("is calling you");
            if (strict instanceof Chromium chromium) {
                chromium.microphone("denied", stage.office.domain());
                evelyn.press("Call Gladys at " + kind);
                evelyn.awaitText("This page may not use the microphone");
                chromium.microphone("granted", stage.office.domain());
                evelyn.press("Call Gladys at " + kind);
                gladys.awaitText("Evelyn at " + kind + " is calling you");
                evelyn.press("Cancel the call");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofTwoTabsOneHasThePhoneAndTheOtherMayTakeIt(BrowserKind kind) throws Exception {
        try (PageUser first = stage.person(kind, "Evelyn Berezin")) {
            try (PageUser second = new PageUser(first.tab().beside(), stage.office)) {
                second.visit();
                second.awaitText("Whodis is open in another tab");
                second.press("Use it here");
                second.awaitOnline();
                first.awaitText("Whodis is open in another tab");
            }
            first.awaitOnline();
        }
    }

    @Test
    void theLanguageIsChosenInSightAndStays() throws Exception {
        try (PageUser ada = stage.newcomer(BrowserKind.CHROMIUM)) {
            ada.visit();
            ada.awaitText("You need an invitation");
            ada.press("Français");
            ada.awaitText("Il vous faut une invitation");
            ada.until("document.documentElement.lang === 'fr'");
            ada.open(ada.invitation("Ada Dietz", "Weaver"));
            ada.press("Créer mes clés");
            ada.confirm();
            ada.reload();
            ada.awaitOnline();
            ada.press("English");
            ada.awaitText("Connected to your office");
            ada.reload();
            ada.awaitText("Connected to your office");
            ada.assertNoMisdeeds();
        }
    }

    @Test
    void aCallFitsOnAPhone() throws Exception {
        Chromium.ChromiumTab small = tabApart();
        small.call(
                "Emulation.setDeviceMetricsOverride",
                Chromium.object()
                        .put("width", PHONE_WIDTH)
                        .put("height", PHONE_HEIGHT)
                        .put("deviceScaleFactor", 2)
                        .put("mobile", true));
        try (PageUser annie = new PageUser(small, stage.office);
                PageUser dorothy = stage.newcomer(BrowserKind.CHROMIUM)) {
            annie.open(annie.invitation("Annie Easley", "Rocket scientist, and a title that is rather long"));
            annie.awaitText("Make my keys");
            assertFits(annie);
            annie.press("Make my keys");
            annie.words();
            assertFits(annie);
            annie.confirm();
            assertFits(annie);
            dorothy.join("Dorothy Vaughan", "Supervisor");
            dorothy.press("Call Annie Easley");
            annie.awaitText("is calling you");
            assertFits(annie);
            // Under the thumb, without scrolling.
            annie.until("document.querySelector('.incoming .answer').getBoundingClientRect().bottom <= innerHeight");
            annie.press("Answer");
            annie.words();
            assertFits(annie);
            annie.press("Microphone and speaker");
            annie.until("document.querySelector('#microphone option')");
            assertFits(annie);
            annie.press("Hang up");
            annie.awaitText("You hung up.");
            assertFits(annie);
            annie.press("Close");
            for (String section : new String[] {"Calls", "Devices", "Help"}) {
                annie.press(section);
                annie.until("document.querySelector('nav [aria-current=page]').innerText.trim() === '" + section + "'");
                assertFits(annie);
            }
        }
    }

    /** Nobody has to scroll sideways. */
    private static void assertFits(PageUser user) throws Exception {
        assertThat(user.run("return [innerWidth, document.documentElement.scrollWidth]")
                        .toString())
                .as(user.run("return document.body.innerText").asText())
                .isEqualTo("[" + PHONE_WIDTH + "," + PHONE_WIDTH + "]");
    }

    @ParameterizedTest
    @EnumSource
    void withoutAMicrophoneThePageSaysWhatToDoAndThenTheCallIsMade(BrowserKind kind) throws Exception {
        try (PageUser gladys = stage.person(BrowserKind.CHROMIUM, "Gladys West " + kind);
                PageUser raye = stage.person(kind, "Raye Montague " + kind)) {
            raye.microphoneFails("NotFoundError");
            raye.press("Call Gladys West " + kind);
            raye.awaitText("No microphone", "Connect one");
            raye.microphoneFails("NotAllowedError");
            raye.press("Call Gladys West " + kind);
            raye.awaitText("This page may not use the microphone", "allow the microphone for this page");
            raye.microphoneWorks();
            // One that was chosen and is there no more is no reason not to call.
            raye.run("localStorage.setItem('whodis microphone', 'one that was pulled out')");
            raye.press("Call Gladys West " + kind);

            gladys.awaitText("is calling you");
            gladys.microphoneFails("NotAllowedError");
            gladys.press("Answer");
            gladys.awaitText("This page may not use the microphone", "is calling you");
            gladys.microphoneWorks();
            gladys.press("Answer");
            gladys.awaitText("Who is in this call");
            raye.awaitText("Who is in this call");
        }
    }

    @Test
    void withoutANetworkThePageOpensAndSaysWhatToDo() throws Exception {
        try (PageUser karen = stage.person(BrowserKind.CHROMIUM, "Karen Jones")) {
            karen.until("navigator.serviceWorker.controller?.state === 'activated'");
            stage.wire.refuse();
            karen.reload();
            karen.awaitText("Your office does not answer", "Whodis keeps trying", "Not connected");
            stage.wire.mend();
            karen.press("Try again");
            karen.awaitOnline();
            karen.awaitNoText("Your office does not answer");
        }
    }

    @Test
    void onANetworkThatNeitherAnswersNorFailsThePageOpensAsItIsKept() throws Exception {
        try (PageUser katherine = stage.person(BrowserKind.CHROMIUM, "Katherine Johnson")) {
            katherine.until("navigator.serviceWorker.controller?.state === 'activated'");
            stage.wire.pull();
            katherine.reload();
            katherine.awaitText("Katherine Johnson", "Devices", "Help");
            stage.wire.mend();
            katherine.awaitOnline();
        }
    }

    @Test
    void thePageCanBeInstalled() throws Exception {
        Chromium.ChromiumTab tab = tabApart();
        try (PageUser anybody = new PageUser(tab, stage.office)) {
            anybody.visit();
            JsonNode manifest = tab.call("Page.getAppManifest", Chromium.object());
            assertThat(manifest.get("errors")).as(manifest.toString()).isEmpty();
            JsonNode said = DebugSocket.JSON.readTree(manifest.get("data").asText());
            assertThat(said.get("name").asText()).isEqualTo("Whodis");
            assertThat(said.get("display").asText()).isEqualTo("standalone");
            assertThat(said.get("start_url").asText()).isEqualTo("/");
            for (JsonNode icon : said.get("icons")) {
                String loaded = anybody.run("const icon = new Image(); icon.src = " + icon.get("src")
                                + "; await icon.decode(); return icon.naturalWidth + 'x' + icon.naturalHeight")
                        .asText();
                String promised = icon.get("sizes").asText();
                assertThat(promised).isIn("any", loaded);
            }
            anybody.assertNoMisdeeds();
        }
    }
}
