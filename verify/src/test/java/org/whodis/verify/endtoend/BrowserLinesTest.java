package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.NewLine;
import org.whodis.core.line.WeeklyHours;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;
import org.whodis.web.phone.LineDeed;
import org.whodis.web.phone.PhoneInput;
import org.whodis.web.phone.PhoneOutput;
import org.whodis.web.phone.Problem;

/**
 * Lines in the browser's phone, on the JVM, against real offices and real Java phones: Ada has a browser in the north, Bob a Java
 * phone beside her, Carl one in the south.
 */
@Timeout(180)
class BrowserLinesTest {
    private static final WeeklyHours ALWAYS =
            new WeeklyHours(0, List.of(new WeeklyHours.Span(0, WeeklyHours.MINUTES_PER_WEEK)));

    @TempDir
    static Path folder;

    private static Office north;
    private static Office south;
    private static JvmBrowser ada;
    private static TestPhone bob;
    private static TestPhone carl;

    @BeforeAll
    static void start() throws Exception {
        north = Office.start(OfficeConfig.onLoopback(folder.resolve("north")));
        south = Office.start(OfficeConfig.onLoopback(folder.resolve("south")));
        bob = TestPhone.enrol(north, folder.resolve("bob"), "Bob", Speech.ofBob());
        ada = JvmBrowser.enrol(north, "Ada");
        carl = TestPhone.enrol(south, folder.resolve("carl"), "Carl", Speech.ofBob());
    }

    @AfterAll
    static void stop() {
        ada.close();
        bob.close();
        carl.close();
        north.close();
        south.close();
    }

    @BeforeEach
    void forget() {
        bob.events.clear();
        carl.events.clear();
    }

    private static PhoneOutput.Done act(LineDeed what) throws Exception {
        return ada.deed(deed -> new PhoneInput.OfLines(deed, what));
    }

    private static void succeed(LineDeed what) throws Exception {
        assertThat(act(what).problem()).isNull();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static JsonNode give(String note) throws Exception {
        PhoneOutput.Done done = act(new LineDeed.Give(note, LineTerms.STANDARD, null));
        assertThat(done.problem()).isNull();
        return TestJson.read(done.answer());
    }

    private static LineId id(JsonNode line) {
        return new LineId(Bytes.fromHex(line.path("id").asText(line.path("line").asText())));
    }

    /** Waits for a line that Ada gave, or that was given to her. */
    private static JsonNode await(String list, LineId id, Predicate<JsonNode> condition) throws Exception {
        Predicate<JsonNode> fits = each -> id(each).equals(id) && condition.test(each);
        JsonNode lines = ada.await(now -> JvmBrowser.find(now.at("/lines/" + list), fits) != null);
        return JvmBrowser.find(lines.at("/lines/" + list), fits);
    }

    private static Predicate<JsonNode> is(String state) {
        return each -> each.get("state").asText().equals(state);
    }

    private static PrincipalId person(JsonNode line) {
        return new PrincipalId(Bytes.fromHex(line.at("/person/id").asText()));
    }

    /** Ada gives a call up, and both are free for another. */
    private static void giveUp(String call, TestPhone there) throws Exception {
        ada.give(new PhoneInput.HangUp(JvmBrowser.callId(call)));
        ada.awaitCall(call, "ended");
        there.awaitState(JvmBrowser.callId(call), State.ENDED);
        ada.give(new PhoneInput.Dismiss(JvmBrowser.callId(call)));
        ada.await(now -> now.get("calls").isEmpty());
    }

    @Test
    void whatABrowserGivesRingsAcrossOfficesAfterItsYesAndTheWayBackRingsToo() throws Exception {
        JsonNode made = give("Carl, in the south");
        assertThat(made.get("words")).hasSize(13);
        assertThat(made.get("code")).hasSizeGreaterThan(20);
        String spoken = made.get("office").asText() + " " + String.join(" ", TestJson.texts(made.get("words")));
        HeldLine held = get(carl.phone.lines().redeem(spoken, true));
        assertThat(held.bound()).isFalse();
        assertThat(held.issuer().name()).isEqualTo("Ada");

        JsonNode waiting = await("given", held.id(), is("waiting"));
        assertThat(waiting.get("note").asText()).isEqualTo("Carl, in the south");
        assertThat(waiting.at("/person/name").asText()).isEqualTo("Carl");
        assertThat(waiting.at("/person/office").asText()).isEqualTo(south.domain());
        PrincipalId bobs = new PrincipalId(Bytes.fromHex(ada.person("Bob")));
        assertThat(act(new LineDeed.Decide(held.id(), bobs, true)).problem())
                .as("a yes to somebody else than who waits is none")
                .isEqualTo(Problem.LINE_SOMEBODY_ELSE);
        succeed(new LineDeed.Decide(held.id(), person(waiting), true));
        assertThat(carl.await(PhoneEvent.LineReady.class).line().id()).isEqualTo(held.id());

        CallId call = carl.phone.call(held.id());
        JsonNode ringing = ada.awaitCall("ringing");
        assertThat(ringing.get("id").asText()).isEqualTo(call.value().hex());
        assertThat(ringing.at("/person/known/kind").asText())
                .as("the line has authenticated the caller's office")
                .isEqualTo("vouched-for-by-office");
        carl.phone.hangUp(call);
        carl.awaitState(call, State.ENDED);
        ada.awaitCall(call.value().hex(), "ended");
        ada.give(new PhoneInput.Dismiss(call));

        Predicate<JsonNode> carls = each ->
                each.at("/person/name").asText().equals("Carl") && is("rings").test(each);
        JsonNode back = JvmBrowser.find(
                ada.await(now -> JvmBrowser.find(now.at("/lines/held"), carls) != null)
                        .at("/lines/held"),
                carls);
        PhoneOutput.Done dialled = act(new LineDeed.Call(id(back)));
        assertThat(dialled.problem()).isNull();
        assertThat(carl.awaitRinging().value().hex()).isEqualTo(dialled.answer());
        giveUp(dialled.answer(), carl);

        // Whom one can call by a line stands among the people, and is called from there and from the list of calls by
        // that line.
        PhoneOutput.Done again = ada.deed(deed -> new PhoneInput.Call(deed, person(back)));
        assertThat(again.problem()).isNull();
        assertThat(carl.awaitRingingBeyond(1).value().hex()).isEqualTo(again.answer());
        giveUp(again.answer(), carl);
    }

    @Test
    void whoeverHeardTheAddressRingsNobodyAndTheBrowserShowsWhoseCopyLeaked() throws Exception {
        JsonNode made = give("Bob, read out on air");
        HeldLine held = get(bob.phone.lines().redeem(made.get("link").asText(), false));
        succeed(new LineDeed.Decide(held.id(), person(await("given", held.id(), is("waiting"))), true));
        assertThat(carl.phone.lines().redeem(made.get("link").asText(), false)).failsWithin(Duration.ofSeconds(60));
        JsonNode tried =
                await("given", held.id(), line -> !line.get("incidents").isEmpty());
        assertThat(tried.get("note").asText()).isEqualTo("Bob, read out on air");
        JsonNode incident = tried.at("/incidents/0");
        assertThat(incident.get("kind").asText()).isEqualTo("second-redeemer");
        assertThat(incident.get("proved").asBoolean()).isTrue();
        assertThat(incident.get("name").asText()).isEqualTo("Carl");
        assertThat(incident.get("from").asText()).isEqualTo(south.domain());
        assertThat(ada.snapshot().get("calls")).isEmpty();

        // From the incident: the rightful holder gets another one, and the old one is an alarm.
        assertThat(tried.get("renewable").asBoolean()).isTrue();
        succeed(new LineDeed.Renew(held.id()));
        await("given", held.id(), is("withdrawn"));
        HeldLine renewed = TestPhone.until(() -> bob.phone.lines().held().stream()
                .filter(each -> each.bound() && !each.id().equals(held.id()))
                .findFirst()
                .orElse(null));
        succeed(new LineDeed.Acknowledge(held.id()));
        await("given", held.id(), line -> line.get("incidents").isEmpty());
        succeed(new LineDeed.Withdraw(renewed.id()));
        await("given", renewed.id(), is("withdrawn"));
    }

    @Test
    void aBrowserRedeemsWhatAJavaPhoneGaveAndASlipIsCaughtBeforeAnythingIsSent() throws Exception {
        NewLine given = get(bob.phone.lines().give(LineOrder.open("Ada, by words")));
        ada.await(now -> now.has("lines"));
        String mistyped = given.spoken() + "x";
        PhoneOutput.Done caught = act(new LineDeed.Redeem(mistyped, true));
        assertThat(caught.problem()).isEqualTo(Problem.LINE_MISTYPED);
        JsonNode mistake = TestJson.read(caught.answer());
        assertThat(mistake.get("kind").asText()).isIn("not-a-word", "like-a-word");
        assertThat(mistake.get("word").asInt()).isEqualTo(13);
        assertThat(mistake.get("typed").asText()).endsWith("x");
        assertThat(get(bob.phone.lines().sync()))
                .filteredOn(line -> line.id().equals(given.id()))
                .singleElement()
                .satisfies(line -> assertThat(line.redeemer()).isNull());

        PhoneOutput.Done redeemed = act(new LineDeed.Redeem(given.spoken(), true));
        assertThat(redeemed.problem()).isNull();
        assertThat(redeemed.answer()).isEqualTo(given.id().value().hex());
        await("held", given.id(), is("waits"));
        assertThat(act(new LineDeed.Call(given.id())).problem()).isEqualTo(Problem.NOT_NOW);
        bob.await(PhoneEvent.LineWaiting.class);
        get(bob.phone.lines().decide(given.id(), true));
        await("held", given.id(), is("rings"));
        PhoneOutput.Done dialled = act(new LineDeed.Call(given.id()));
        assertThat(dialled.problem()).isNull();
        assertThat(bob.awaitRinging().value().hex()).isEqualTo(dialled.answer());
        giveUp(dialled.answer(), bob);
        // The way back, which was brought at the same time.
        HeldLine back = TestPhone.until(() -> bob.phone.lines().held().stream()
                .filter(each -> each.issuer().name().equals("Ada") && each.bound())
                .findFirst()
                .orElse(null));
        CallId returned = bob.phone.call(back.id());
        ada.awaitCall(returned.value().hex(), "ringing");
        bob.phone.hangUp(returned);
        bob.awaitState(returned, State.ENDED);
        ada.awaitCall(returned.value().hex(), "ended");
        ada.give(new PhoneInput.Dismiss(returned));

        get(bob.phone.lines().withdraw(given.id()));
        await("held", given.id(), is("gone"));
    }

    @Test
    void theBrowserOfWhoeverSitsAtTheDeskShowsWhoKnocked() throws Exception {
        north.deskAdd("Ada");
        get(carl.phone.lines().knock(new OfficeDomain(north.domain()), "Ada", "Ten minutes?"));
        // Whoever knocked can be given a line, though they are in no list.
        JsonNode knock = ada.await(now -> !now.at("/deskList/knocks").isEmpty()).at("/deskList/knocks/0");
        assertThat(knock.at("/person/name").asText()).isEqualTo("Carl");
        assertThat(knock.get("text").asText()).isEqualTo("Ten minutes?");
        PhoneOutput.Done bound = act(new LineDeed.Give("Carl, who knocked", LineTerms.STANDARD, person(knock)));
        assertThat(bound.problem()).isNull();
        assertThat(get(carl.phone
                                .lines()
                                .redeem(
                                        TestJson.read(bound.answer())
                                                .get("link")
                                                .asText(),
                                        false))
                        .bound())
                .isTrue();
        succeed(new LineDeed.DismissKnock(Bytes.fromHex(knock.get("nonce").asText())));
        ada.await(now -> now.at("/deskList/knocks").isEmpty());
    }

    @Test
    void aBrowserKeepsQuietHoursAndWhoMayBreakThem() throws Exception {
        PrincipalId bobs = new PrincipalId(Bytes.fromHex(ada.person("Bob")));
        succeed(new LineDeed.Quiet(ALWAYS, false));
        succeed(new LineDeed.Favourite(bobs, true));
        succeed(new LineDeed.Block(bobs, true));
        JsonNode set = ada.await(now -> !now.at("/lines/blocked").isEmpty());
        assertThat(set.at("/lines/quiet/spans/0/until").asInt()).isEqualTo(WeeklyHours.MINUTES_PER_WEEK);
        assertThat(set.at("/lines/favourites/0").asText()).isEqualTo(ada.person("Bob"));
        succeed(new LineDeed.Block(bobs, false));
        CallId call = bob.call("Ada");
        ada.awaitCall(call.value().hex(), "ringing");
        bob.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
        ada.awaitCall(call.value().hex(), "ended");
        ada.give(new PhoneInput.Dismiss(call));
        succeed(new LineDeed.Favourite(bobs, false));
        succeed(new LineDeed.Quiet(WeeklyHours.NEVER, false));
        ada.await(now -> now.at("/lines/quiet/spans").isEmpty());
    }
}
