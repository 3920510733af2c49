package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.message.CallId;
import org.whodis.core.trunk.TrunkAccept;
import org.whodis.core.trunk.TrunkMessage;
import org.whodis.core.trunk.TrunkPlace;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;

/** What offices say to each other of trunks (protocol section 9) and publish of their keys (section 8). */
class TrunkFuzzTest {
    private static final CallId CALL = new CallId(zeros(16));

    static Stream<byte[]> messages() {
        return Stream.of(
                seed(0, new TrunkMessage.Open(CALL, zeros(16), place("relay.example"))),
                seed(0, new TrunkMessage.Open(CALL, zeros(16), place("2001:db8::1"))),
                seed(0, new TrunkMessage.Close(CALL, zeros(16))),
                seed(1, new TrunkAccept(place("192.0.2.1"))));
    }

    /** The first byte chooses the structure; what is read writes itself back to the same bytes. */
    @MethodSource("messages")
    @FuzzTest(maxDuration = "1m")
    void trunkMessagesAreReadOrRefused(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Bytes encoded = Bytes.of(data, 1, data.length - 1);
        Encodable value;
        try {
            value = (data[0] & 1) == 0 ? TrunkMessage.decode(encoded) : TrunkAccept.decode(encoded);
        } catch (DecodeException refused) {
            return;
        }
        if (!value.encode().equals(encoded)) {
            throw new AssertionError("read " + encoded + ", wrote " + value.encode());
        }
    }

    static Stream<byte[]> rotations() {
        HybridPublicKey key = new HybridPublicKey(zeros(32), zeros(1952));
        HybridSignature signature = new HybridSignature(zeros(64), zeros(3309));
        OfficeDomain domain = new OfficeDomain("office.example:8443");
        Bytes rotation = new KeyRotation(domain, zeros(32), key, zeros(32), 1).encode();
        KeyRotation.Signed plain = new KeyRotation.Signed(rotation, signature, signature, null);
        KeyRotation.Signed agreed =
                new KeyRotation.Signed(rotation, signature, signature, new KeyRotation.ByRecoveryKey(key, signature));
        return Stream.of(
                KeyRotation.Published.encode(List.of()).toArray(),
                KeyRotation.Published.encode(
                                List.of(new KeyRotation.Published(key, plain), new KeyRotation.Published(key, agreed)))
                        .toArray(),
                PeerKeys.first(domain, key, zeros(32), zeros(32), 1).encode().toArray());
    }

    @MethodSource("rotations")
    @FuzzTest(maxDuration = "1m")
    void whatAnOfficePublishesOfItsKeysIsReadOrRefused(byte[] data) {
        Bytes encoded = Bytes.of(data);
        try {
            List<KeyRotation.Published> read = KeyRotation.Published.decodeList(encoded);
            if (!KeyRotation.Published.encode(read).equals(encoded)) {
                throw new AssertionError("wrote something else than " + encoded);
            }
        } catch (DecodeException refused) {
            // Then it may be what a phone or an office keeps.
        }
        try {
            WireReader.decode(encoded, PeerKeys::read).find(zeros(32));
        } catch (DecodeException refused) {
            return;
        }
    }

    private static TrunkPlace place(String host) {
        return new TrunkPlace(Secret.copyOf(zeros(32)), host, 443, 64);
    }

    private static byte[] seed(int decoder, Encodable value) {
        return Bytes.concat(Bytes.of(new byte[] {(byte) decoder}), value.encode())
                .toArray();
    }

    private static Bytes zeros(int count) {
        return Bytes.of(new byte[count]);
    }
}
