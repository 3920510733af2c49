package org.whodis.core.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;

class TrunkMessageTest {
    private static final Primitives PRIMITIVES = new JvmPrimitives();
    private static final CallId CALL = new CallId(bytes(16, 1));
    private static final Bytes OPENING = bytes(16, 2);
    private static final TrunkPlace PLACE = place(3);
    private static final TrunkMessage.Open OPEN = new TrunkMessage.Open(CALL, OPENING, PLACE);
    private static final OfficeDomain A = new OfficeDomain("a.example");
    private static final OfficeDomain B = new OfficeDomain("b.example");

    private static Bytes bytes(int length, int value) {
        byte[] out = new byte[length];
        java.util.Arrays.fill(out, (byte) value);
        return Bytes.of(out);
    }

    private static TrunkPlace place(int value) {
        return new TrunkPlace(Secret.copyOf(bytes(32, value)), "relay.example", 443, 64L * value);
    }

    private record Sample(Encodable value, WireReader.Item<? extends Encodable> reader) {}

    private static List<Sample> samples() {
        return List.of(
                new Sample(OPEN, TrunkMessage::read),
                new Sample(new TrunkMessage.Close(CALL, OPENING), TrunkMessage::read),
                new Sample(new TrunkAccept(PLACE), TrunkAccept::read));
    }

    @Test
    void eachMessageComesBackAsItWasAndIsRefusedIfItIsCutAnywhereOrGoesOn() throws Exception {
        for (Sample sample : samples()) {
            Bytes encoded = sample.value().encode();
            assertThat(WireReader.decode(encoded, sample.reader())).isEqualTo(sample.value());
            for (int length = 0; length < encoded.length(); length++) {
                Bytes cut = encoded.slice(0, length);
                assertThatThrownBy(() -> WireReader.decode(cut, sample.reader()))
                        .isInstanceOf(DecodeException.class);
            }
            assertThatThrownBy(() -> WireReader.decode(Bytes.concat(encoded, Bytes.fromHex("00")), sample.reader()))
                    .isInstanceOf(DecodeException.class);
        }
    }

    @Test
    void aChangedMessageIsRefusedOrIsTheOneEncodingOfAnother() {
        long seed = 20261122;
        Random random = new Random(seed);
        for (Sample sample : samples()) {
            for (int round = 0; round < 5_000; round++) {
                byte[] changed = sample.value().encode().toArray();
                for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                }
                try {
                    Encodable decoded = WireReader.decode(Bytes.of(changed), sample.reader());
                    assertThat(decoded.encode()).as("seed " + seed).isEqualTo(Bytes.of(changed));
                } catch (DecodeException refused) {
                    assertThat(refused).hasMessageNotContaining("null");
                }
            }
        }
    }

    @Test
    void theBytesAreWhatTheProtocolSays() {
        assertThat(OPEN.encode().hex())
                .isEqualTo("0001" + "01" + "01".repeat(16) + "02".repeat(16) + "03".repeat(32) + "0d"
                        + "72656c61792e6578616d706c65" + "01bb" + "000000c0");
        assertThat(new TrunkMessage.Close(CALL, OPENING).encode().hex())
                .isEqualTo("0001" + "02" + "01".repeat(16) + "02".repeat(16));
    }

    @Test
    void placesThatCannotBeAreRefused() {
        String head = "0001" + "03".repeat(32);
        for (String bad : List.of(
                "00" + "01bb" + "000000c0", // no host
                "0141" + "01bb" + "000000c0", // a capital letter
                "0120" + "01bb" + "000000c0", // a blank
                "0161" + "0000" + "000000c0", // port 0
                "0161" + "01bb" + "00000000", // no range
                "0161" + "01bb" + "000000c1")) { // not where a range begins
            assertThatThrownBy(() -> TrunkAccept.decode(Bytes.fromHex(head + bad)))
                    .as(bad)
                    .isInstanceOf(DecodeException.class);
        }
    }

    @Test
    void aMessageDoesNotPrintItsSecret() {
        assertThat(OPEN.toString() + new TrunkAccept(PLACE))
                .contains("Secret[32 bytes]")
                .doesNotContain("0303");
    }

    @Test
    void everythingThatNamesAnOpeningIsInItsKeysAndBothDirectionsDiffer() {
        Set<String> seen = new HashSet<>();
        for (TrunkMessage.Open open : List.of(
                OPEN,
                new TrunkMessage.Open(new CallId(bytes(16, 9)), OPENING, PLACE),
                new TrunkMessage.Open(CALL, bytes(16, 9), PLACE),
                new TrunkMessage.Open(CALL, OPENING, place(4)))) {
            addBoth(seen, TrunkKeys.derive(PRIMITIVES, open, place(5), A, B));
        }
        addBoth(seen, TrunkKeys.derive(PRIMITIVES, OPEN, place(6), A, B));
        addBoth(seen, TrunkKeys.derive(PRIMITIVES, OPEN, place(5), B, A));
        assertThat(seen).hasSize(12);
    }

    @Test
    void anOfficeThatEchoesTheOthersShareGetsDifferentKeysForBothDirections() {
        TrunkKeys keys = TrunkKeys.derive(PRIMITIVES, OPEN, PLACE, A, B);
        assertThat(keys.opener()).isNotEqualTo(keys.accepter());
        assertThat(keys.opener().length()).isEqualTo(TrunkKeys.KEY_LENGTH + TrunkKeys.SALT_LENGTH);
        keys.erase();
        assertThat(keys.opener().isErased() && keys.accepter().isErased()).isTrue();
        assertThat(PLACE.secret().isErased()).isFalse();
    }

    private static void addBoth(Set<String> seen, TrunkKeys keys) {
        seen.add(Bytes.of(keys.opener().expose()).hex());
        seen.add(Bytes.of(keys.accepter().expose()).hex());
    }
}
