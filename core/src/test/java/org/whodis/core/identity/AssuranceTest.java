package org.whodis.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.DAY;
import static org.whodis.core.identity.People.DOMAIN;
import static org.whodis.core.identity.People.NOW;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.identity.Assurance.Compared;
import org.whodis.core.identity.Assurance.NewDevice;
import org.whodis.core.identity.Assurance.NotWhoYouCompared;
import org.whodis.core.identity.Assurance.VouchedForByOffice;
import org.whodis.core.identity.People.Person;
import org.whodis.core.wire.Bytes;

/** Every pin against every device: the whole table of {@link Assurance}. */
class AssuranceTest {
    private static final People PEOPLE = new People(42);

    /** Device 0 is the genesis', 1 was added two days ago, 2 one millisecond less than a day ago, 3 ahead of our clock. */
    private static final Person ANNA = PEOPLE.person("Anna", NOW - 10 * DAY)
            .addDevice(0, NOW - 2 * DAY)
            .addDevice(1, NOW - DAY + 1)
            .addDevice(0, NOW + DAY);

    private static final VerifiedChain CHAIN = ANNA.chain();
    private static final long THEN = NOW - 3 * DAY;

    private static final Assurance OFFICE = new VouchedForByOffice(DOMAIN);
    private static final Assurance NOT = new NotWhoYouCompared(THEN);
    private static final Assurance NEW_2 = new NewDevice(NOW - DAY + 1, ANNA.device(1));
    private static final Assurance NEW_3 = new NewDevice(NOW + DAY, ANNA.device(0));

    static Stream<Arguments> table() {
        Pin none = null;
        return Stream.of(
                row("no pin", none, OFFICE, OFFICE, NEW_2, NEW_3),
                row("pinned at the genesis", pin(0), compared(3), compared(3), NEW_2, NEW_3),
                row("pinned with one more", pin(1), compared(2), compared(2), NEW_2, NEW_3),
                row("pinned with two more", pin(2), compared(1), compared(1), compared(1), NEW_3),
                row("pinned as it is", pin(3), compared(0), compared(0), compared(0), compared(0)),
                row(
                        "pinned with a head it lacks",
                        pinned(CHAIN.principal(), Bytes.of(new byte[32])),
                        NOT,
                        NOT,
                        NOT,
                        NOT),
                row(
                        "pinned another genesis",
                        pinned(new PrincipalId(Bytes.of(new byte[32])), CHAIN.head()),
                        NOT,
                        NOT,
                        NOT,
                        NOT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void theWholeTable(String pinned, @Nullable Pin pin, List<Assurance> byDevice) {
        for (int device = 0; device < 4; device++) {
            assertThat(Assurance.of(CHAIN, ANNA.device(device), pin, NOW))
                    .as("device " + device)
                    .isEqualTo(byDevice.get(device));
        }
    }

    @Test
    void aDeviceIsNewForADayAndNotLonger() {
        assertThat(Assurance.of(CHAIN, ANNA.device(2), null, NOW + 1)).isEqualTo(OFFICE);
        assertThat(Assurance.of(CHAIN, ANNA.device(2), pin(0), NOW + 1)).isEqualTo(compared(3));
    }

    /** Device 0 is compared, 1 is added and takes 0 out, 2 is added by it. */
    @Test
    void aDeviceThatWasRevokedSpeaksNoMoreAndWhatIsSaidOfTheOthersStaysRight() {
        Person bert = PEOPLE.person("Bert", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY);
        Pin both = Pin.of(bert.chain(), THEN);
        Pin first = new Pin(bert.chain().principal(), bert.chain().principal().value(), THEN, DOMAIN, "Bert");
        bert.addDevice(0, NOW - 1).revoke(1, 0, NOW);
        VerifiedChain chain = bert.chain();
        assertThatThrownBy(() -> Assurance.of(chain, bert.device(0), both, NOW))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Assurance.of(chain, bert.device(1), both, NOW)).isEqualTo(compared(1));
        assertThat(Assurance.of(chain, bert.device(1), first, NOW)).isEqualTo(compared(2));
        assertThat(Assurance.of(chain, bert.device(2), both, NOW)).isEqualTo(new NewDevice(NOW - 1, bert.device(0)));
        Pin now = Pin.of(chain, NOW);
        assertThat(Assurance.of(chain, bert.device(2), now, NOW)).isEqualTo(new Compared(NOW, 0));
        bert.addDevice(2, NOW);
        assertThat(Assurance.of(bert.chain(), bert.device(1), now, NOW)).isEqualTo(new Compared(NOW, 1));
        assertThat(Assurance.of(bert.chain(), bert.device(2), now, NOW)).isEqualTo(new Compared(NOW, 1));
    }

    @Test
    void aDeviceOutsideTheChainIsAFaultOfOurs() {
        DeviceId stranger = PEOPLE.person("Carl", NOW).device(0);
        assertThatThrownBy(() -> Assurance.of(CHAIN, stranger, null, NOW)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void somebodyElseUnderTheNameOfAPersonWhoWasComparedIsNotThatPerson() {
        VerifiedChain impostor = PEOPLE.person("Anna", NOW).chain();
        Pin pin = Assurance.pinFor(impostor, List.of(pin(3)));
        assertThat(Assurance.of(impostor, impostor.devices().getFirst().id(), pin, NOW))
                .isEqualTo(NOT);
    }

    @Test
    void aNameNeverMakesTheAnswerBetter() {
        VerifiedChain bert = PEOPLE.person("Bert", NOW).chain();
        assertThat(Assurance.pinFor(bert, List.of(pin(3)))).isNull();
        VerifiedChain otherAnna = PEOPLE.person("Anna", NOW).chain();
        Pin own = Pin.of(otherAnna, THEN);
        assertThat(Assurance.pinFor(otherAnna, List.of(pin(3), own))).isEqualTo(own);
        assertThat(Assurance.pinFor(otherAnna, List.of(own, pin(3)))).isEqualTo(own);
    }

    private static Arguments row(String pinned, @Nullable Pin pin, Assurance... byDevice) {
        return Arguments.of(pinned, pin, List.of(byDevice));
    }

    private static Assurance compared(int devicesAddedSince) {
        return new Compared(THEN, devicesAddedSince);
    }

    private static Pin pin(int device) {
        return pinned(CHAIN.principal(), CHAIN.devices().get(device).head());
    }

    private static Pin pinned(PrincipalId principal, Bytes head) {
        return new Pin(principal, head, THEN, DOMAIN, "Anna");
    }
}
