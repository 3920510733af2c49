package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.EndReason;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.Pcm;
import org.whodis.phone.PhoneEvent;
import org.whodis.verify.endtoend.TestPhone;

/**
 * What people do in calls, by the screens alone, on the page of a real office in real browsers. Each test has people of its
 * own.
 */
class PageCallTest {
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
        stage.wire.withoutUdp(false);
    }

    @AfterAll
    static void close() throws Exception {
        stage.close();
    }

    private static PageUser chromium(String name) throws Exception {
        return stage.person(BrowserKind.CHROMIUM, name);
    }

    private static PageUser firefox(String name) throws Exception {
        return stage.person(BrowserKind.FIREFOX, name);
    }

    private static void answer(PageUser callee) throws Exception {
        callee.awaitText("is calling you");
        callee.press("Answer");
    }

    /** Both are in the call, and see the same words. */
    private static void assertConnected(PageUser one, PageUser other) throws Exception {
        one.awaitText("Who is in this call");
        other.awaitText("Who is in this call");
        assertThat(one.words()).isEqualTo(other.words());
    }

    @Test
    void twoPeopleJoinCallCompareAndHangUp() throws Exception {
        try (PageUser ada = stage.newcomer(BrowserKind.CHROMIUM).join("Ada Lovelace", "Analyst");
                PageUser grace = stage.newcomer(BrowserKind.CHROMIUM).join("Grace Hopper", "Rear Admiral")) {
            // A finger that is already on its way when the call comes up.
            ada.run("""
                    new MutationObserver((_, observer) => {
                      const answer = document.querySelector(".incoming .answer");
                      if (answer !== null) {
                        observer.disconnect();
                        answer.click();
                        globalThis.tapped = true;
                      }
                    }).observe(document.body, { childList: true, subtree: true });
                    """);
            grace.press("Call Ada Lovelace");
            ada.until("globalThis.tapped");
            assertThat(ada.microphones()).isEmpty();
            ada.awaitText(
                    "Grace Hopper is calling you",
                    "Rear Admiral",
                    stage.office.domain(),
                    "Vouched for by their office",
                    "Your microphone stays off until you answer");
            ada.press("Answer");
            assertConnected(ada, grace);
            assertThat(ada.words().split(" ")).hasSize(4);
            ada.press("They match");
            ada.awaitText("Words compared: they match");
            grace.press("They match");
            grace.awaitText("Words compared: they match");
            ada.press("Hang up");
            ada.awaitText("You hung up.");
            grace.awaitText("Ada Lovelace hung up.");
            grace.press("Close");
            grace.until("document.querySelector('.people .seal.compared')");
            grace.awaitText("Compared in person");

            // The office hears of no call any more, and this one is over before it has begun.
            grace.run("WebSocket.prototype.send = () => {}");
            grace.press("Call Ada Lovelace");
            grace.press("Cancel the call");
            grace.awaitText("The call has ended");
            assertThat(ada.microphones()).containsExactly("ended");
            assertThat(grace.microphones()).containsExactly("ended", "ended");
            ada.assertNoMisdeeds();
            grace.assertNoMisdeeds();
        }
    }

    @Test
    void chromiumAndFirefoxCallEachOtherByTurnOverTlsWhereUdpIsBlocked() throws Exception {
        stage.wire.withoutUdp(true);
        try (PageUser ida = chromium("Ida Rhodes");
                PageUser jean = firefox("Jean Bartik")) {
            jean.press("Call Ida Rhodes");
            answer(ida);
            assertConnected(ida, jean);
            jean.assertHears(OfficeStage.AT_CHROMIUM);
            assertThat(tone(ida.listen())).isGreaterThan(0.5);
            jean.press("Hang up");
            ida.awaitText("Jean Bartik hung up.");
            // Whoever joined later is in the list of people when it is read anew.
            ida.reload();
            ida.press("Call Jean Bartik");
            answer(jean);
            assertConnected(ida, jean);
            jean.assertHears(OfficeStage.AT_CHROMIUM);
            jean.assertNoMisdeeds();
        }
    }

    /** How much of a sound is the tone that Firefox has for a microphone: in its best half second. */
    private static double tone(Pcm sound) {
        int length = 24_000;
        double best = 0;
        for (int from = 0; from + length <= sound.length(); from += length / 2) {
            double real = 0;
            double imaginary = 0;
            double all = 1e-9;
            for (int i = 0; i < length; i++) {
                double sample = sound.sample(from + i);
                double angle = 2 * Math.PI * 1000 * i / 48_000;
                real += sample * Math.cos(angle);
                imaginary += sample * Math.sin(angle);
                all += sample * sample;
            }
            best = Math.max(best, 2 * (real * real + imaginary * imaginary) / (length * all));
        }
        return best;
    }

    @Test
    void aPageAndAJavaPhoneCallEachOther() throws Exception {
        try (TestPhone bob = stage.javaPhone("Bob Evans");
                PageUser mary = chromium("Mary Keller")) {
            CallId call = bob.call("Mary Keller");
            mary.awaitText("Bob Evans is calling you");
            mary.press("Answer");
            mary.awaitText("Who is in this call", "Java phone");
            assertThat(mary.words())
                    .isEqualTo(String.join(
                            " ", bob.awaitState(call, State.CONNECTED).view().words()));
            mary.assertHears(OfficeStage.AT_JAVA_PHONE);
            bob.awaitHears(OfficeStage.AT_CHROMIUM);
            bob.phone.hangUp(call);
            mary.awaitText("Bob Evans hung up.");

            mary.press("Call again");
            CallId second = bob.awaitRinging();
            bob.phone.answer(second);
            bob.awaitState(second, State.CONNECTED);
            mary.awaitText("Who is in this call");
            mary.press("Hang up");
            assertThat(bob.awaitState(second, State.ENDED).view().ended()).isEqualTo(EndReason.HUNG_UP_THERE);
        }
    }

    /** {@code further} becomes a device of the person at {@code first}. */
    private static void link(PageUser first, PageUser further) throws Exception {
        first.press("Devices");
        first.press("Make a link");
        further.open(first.until("document.querySelector('#made-link')?.value").asText());
        further.awaitText("This browser will become a further device of yours.", stage.office.domain());
        further.press("Make my keys");
        first.awaitText("A further device asks to be yours");
        assertThat(first.words()).isEqualTo(further.words());
        first.press("They are the same: accept");
        further.awaitOnline();
    }

    @Test
    void aCallThatIsAnsweredOnOneDeviceStopsRingingOnTheOtherWhichSaysSo() throws Exception {
        try (PageUser kay = chromium("Kay McNulty");
                PageUser tablet = stage.newcomer(BrowserKind.FIREFOX);
                PageUser betty = chromium("Betty Holberton")) {
            link(kay, tablet);

            betty.press("Call Kay McNulty");
            kay.awaitText("Betty Holberton is calling you");
            tablet.awaitText("Betty Holberton is calling you");
            tablet.press("Answer");
            kay.awaitSaid("You answered on another of your devices.");
            kay.awaitNoText("is calling you");
            assertConnected(tablet, betty);
            betty.press("Hang up");
            tablet.awaitText("Betty Holberton hung up.");
        }
    }

    @Test
    void aDeviceThatIsRemovedIsOutOfItsCallAndForgetsItsKeysAndTheOthersRingOn() throws Exception {
        try (PageUser karen = chromium("Karen Jones");
                PageUser lost = stage.newcomer(BrowserKind.FIREFOX);
                PageUser dana = chromium("Dana Ulery")) {
            link(karen, lost);
            dana.press("Call Karen Jones");
            karen.awaitText("Dana Ulery is calling you");
            answer(lost);
            assertConnected(lost, dana);
            karen.awaitNoText("is calling you");

            karen.press("Devices");
            karen.until("[...document.querySelectorAll('li.device')].some((each) => {"
                    + " const other = each.querySelector('.you') ? undefined : each.querySelector('.danger');"
                    + " other?.click(); return other; })");
            karen.press("Remove it");
            dana.awaitText("Karen Jones has removed the device that you were talking to");
            lost.awaitText("This device has been removed");
            karen.until("document.querySelectorAll('li.device').length === 1");
            lost.until("user.microphones.every((track) => track.readyState === 'ended')");
            lost.awaitStored();
            lost.reload();
            lost.awaitText("You need an invitation");
            assertThat(lost.reads("Dana Ulery")).isFalse();

            dana.press("Call again");
            answer(karen);
            assertConnected(karen, dana);
        }
    }

    @Test
    void aCallIsDeclined() throws Exception {
        try (PageUser fran = chromium("Fran Bilas");
                PageUser ruth = chromium("Ruth Teitelbaum")) {
            ruth.press("Call Fran Bilas");
            fran.awaitText("Ruth Teitelbaum is calling you");
            fran.press("Decline");
            ruth.awaitText("Fran Bilas declined.");
            fran.awaitNoText("is calling you");
            fran.awaitText("You declined");
        }
    }

    @Test
    void aCallIsSentToTheDeskWhichCallsBack() throws Exception {
        try (PageUser kathleen = chromium("Kathleen Antonelli");
                PageUser adele = chromium("Adele Goldstine");
                TestPhone desk = stage.javaPhone("Marlyn Meltzer")) {
            adele.press("Call Kathleen Antonelli");
            kathleen.awaitText("Adele Goldstine is calling you");
            adele.press("Cancel the call");
            kathleen.awaitNoText("is calling you");
            assertThat(kathleen.reads("Send to my desk")).isFalse();
            adele.press("Close");

            stage.office.deskAdd("Marlyn Meltzer");
            try {
                adele.press("Call Kathleen Antonelli");
                kathleen.awaitText("Adele Goldstine is calling you");
                kathleen.press("Send to my desk");
                kathleen.awaitSaid("Your desk has the call of Adele Goldstine.");
                kathleen.awaitNoText("is calling you");
                assertThat(kathleen.microphones()).isEmpty();
                adele.awaitText("Kathleen Antonelli declined.");
                adele.press("Close");
                desk.await(PhoneEvent.DeskChanged.class);
                assertThat(desk.phone.lines().desk().get(60, TimeUnit.SECONDS).calls())
                        .anySatisfy(each -> assertThat(each.name()).isEqualTo("Adele Goldstine"));
                CallId back = desk.call("Adele Goldstine");
                adele.awaitText("Marlyn Meltzer is calling you");
                desk.phone.hangUp(back);
                adele.awaitNoText("is calling you");
            } finally {
                stage.office.deskRemove("Marlyn Meltzer");
            }
        }
    }

    @Test
    void aSecondCallIsShownBesideTheFirstAndMayTakeItsPlace() throws Exception {
        try (PageUser joan = chromium("Joan Clarke");
                PageUser jane = chromium("Jane Hughes");
                PageUser mavis = chromium("Mavis Batey")) {
            jane.press("Call Joan Clarke");
            answer(joan);
            assertConnected(joan, jane);

            mavis.press("Call Joan Clarke");
            joan.awaitText("Mavis Batey is calling as well", "Who is in this call");
            joan.press("Decline");
            mavis.awaitText("Joan Clarke is in another call.");
            joan.awaitNoText("is calling as well");
            joan.awaitText("Who is in this call");

            mavis.press("Call again");
            joan.press("End this call and answer");
            jane.awaitText("Joan Clarke hung up.");
            assertConnected(joan, mavis);
        }
    }

    @Test
    void whoLoadsThePageAnewInACallIsBackAndTheOtherSideSeesThatTheCallIsOver() throws Exception {
        try (PageUser lois = chromium("Lois Haibt");
                PageUser erna = chromium("Erna Hoover")) {
            erna.press("Call Lois Haibt");
            answer(lois);
            assertConnected(lois, erna);
            lois.awaitStored();
            lois.reload();
            erna.awaitText("The call has ended");
            lois.awaitOnline();
            lois.awaitText("Last calls", "They called, talked");
            lois.press("Call Erna Hoover");
            answer(erna);
            assertConnected(lois, erna);
        }
    }

    @Test
    void soundThatDidNotStartIsStartedByTryingAgainAndWithoutAnotherQuestion() throws Exception {
        try (PageUser margaret = chromium("Margaret Hamilton");
                PageUser jean = chromium("Jean Sammet")) {
            // As when the program of the worker cannot be loaded.
            margaret.run(
                    "globalThis.Whole = Worker; globalThis.Worker = class { constructor() { throw new Error('no'); } }");
            jean.press("Call Margaret Hamilton");
            answer(margaret);
            assertConnected(margaret, jean);
            margaret.awaitText("The sound did not start", "hang up, load the page again");
            jean.awaitText("nothing is arriving from them");
            margaret.press("Try again");
            margaret.awaitText("The sound did not start");
            margaret.run("globalThis.Worker = globalThis.Whole");
            margaret.press("Try again");
            margaret.awaitNoText("The sound did not start");
            jean.awaitNoText("nothing is arriving from them");
            jean.awaitSound(true);
            margaret.awaitSound(true);
            assertThat(margaret.microphones()).containsExactly("live");
            margaret.press("Hang up");
            jean.awaitText("Margaret Hamilton hung up.");
            margaret.until("user.microphones.every((track) => track.readyState === 'ended')");
        }
    }

    @Test
    void aMicrophoneThatWasPulledOutIsAskedForAnewByTryingAgain() throws Exception {
        try (PageUser radia = chromium("Radia Perlman");
                PageUser sophie = chromium("Sophie Wilson")) {
            sophie.press("Call Radia Perlman");
            answer(radia);
            assertConnected(radia, sophie);
            sophie.awaitSound(true);
            radia.run(
                    "for (const track of user.microphones) { track.stop(); track.dispatchEvent(new Event('ended')); }");
            radia.awaitText("No microphone", "Connect one");
            sophie.awaitSound(false);
            radia.microphoneFails("NotReadableError");
            radia.press("Try again");
            radia.awaitText("No microphone");
            radia.microphoneWorks();
            radia.press("Try again");
            radia.awaitNoText("No microphone");
            sophie.awaitSound(true);
            assertThat(radia.microphones()).containsExactly("ended", "live");
        }
    }

    @Test
    void aCallOutlivesTenSecondsWithoutTheNetwork() throws Exception {
        try (TestPhone carl = stage.javaPhone("Carl Hammer");
                PageUser adele = chromium("Adele Goldberg")) {
            CallId call = carl.call("Adele Goldberg");
            answer(adele);
            adele.awaitText("Who is in this call");
            carl.awaitState(call, State.CONNECTED);
            adele.assertHears(OfficeStage.AT_JAVA_PHONE);

            int before = secondsOfCall(adele);
            stage.wire.pull();
            adele.awaitText("nothing is arriving from them");
            adele.until(SECONDS_OF_CALL + " >= " + (before + 10));
            stage.wire.mend();
            adele.awaitNoText("nothing is arriving from them");
            carl.forgetHeard();
            adele.assertHears(OfficeStage.AT_JAVA_PHONE);
            carl.awaitHears(OfficeStage.AT_CHROMIUM);
            adele.awaitOnline();
        }
    }

    private static final String SECONDS_OF_CALL =
            "document.querySelector('.timer').innerText.split(':').reduce((all, part) => 60 * all + Number(part), 0)";

    private static int secondsOfCall(PageUser user) throws Exception {
        return user.run("return " + SECONDS_OF_CALL).asInt();
    }

    @Test
    void wordsThatDoNotMatchEndTheCallUnmistakablyAndAreRemembered() throws Exception {
        try (PageUser klara = chromium("Klara von Neumann");
                PageUser beatrice = chromium("Beatrice Worsley")) {
            beatrice.press("Call Klara von Neumann");
            answer(klara);
            assertConnected(klara, beatrice);
            klara.press("They do not match");
            for (PageUser each : new PageUser[] {klara, beatrice}) {
                each.until("document.querySelector('.differ[role=alertdialog]')");
                each.awaitText(
                        "The words did not match",
                        "Somebody may have been between you",
                        "Tell whoever runs your office");
                each.awaitNoText("Hang up");
            }
            beatrice.awaitText("Klara von Neumann found that the words differ");
            beatrice.press("I have understood");
            for (PageUser each : new PageUser[] {klara, beatrice}) {
                each.reload();
                each.awaitOnline();
                each.awaitText("Last calls", "The words did not match");
                each.awaitNoText("Compared in person");
            }
        }
    }
}
