package org.whodis.media.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.PublishedVectors;
import org.whodis.media.TestRandom;

class StunMessageTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] RFC5769_PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt".getBytes(StandardCharsets.US_ASCII);

    /** RFC 5769, section 2.1. */
    private static final byte[] SAMPLE_REQUEST = HEX.parseHex("000100582112a442b7e7a701bc34d686fa87dfae"
            + "802200105354554e207465737420636c69656e74"
            + "002400046e0001ff"
            + "80290008932ff9b151263b36"
            + "000600096576746a3a68367659202020"
            + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
            + "80280004e57a3bcf");

    /** RFC 5769, section 2.2. */
    private static final byte[] SAMPLE_IPV4_RESPONSE = HEX.parseHex("0101003c2112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220"
            + "002000080001a147e112a643"
            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
            + "80280004c07d4c96");

    /** RFC 5769, section 2.3. */
    private static final byte[] SAMPLE_IPV6_RESPONSE = HEX.parseHex("010100482112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220"
            + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
            + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
            + "80280004c8fb0b4c");

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    @Test
    @DisplayName("RFC 5769, section 2.1: the sample request")
    void theSampleRequestIsReadAndAuthentic() throws Exception {
        StunMessage message = StunMessage.decode(SAMPLE_REQUEST);
        assertThat(message.isBindingRequest()).isTrue();
        assertThat(message.isFingerprinted()).isTrue();
        assertThat(message.attributes())
                .containsExactly(
                        new StunAttribute.Software("STUN test client"),
                        new StunAttribute.Priority(0x6e0001ffL),
                        new StunAttribute.IceControlled(0x932ff9b151263b36L),
                        new StunAttribute.Username("evtj:h6vY"));
        assertThat(message.isAuthentic(RFC5769_PASSWORD)).isTrue();
        assertThat(message.isAuthentic("VOkJxbRl1RmTxUk/WvJxBT".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
    }

    @Test
    @DisplayName("RFC 5769, sections 2.2 and 2.3: the sample responses")
    void theSampleResponsesAreReadAndAuthentic() throws Exception {
        StunMessage ipv4 = StunMessage.decode(SAMPLE_IPV4_RESPONSE);
        assertThat(ipv4.stunClass()).isEqualTo(StunClass.SUCCESS);
        assertThat(ipv4.isAuthentic(RFC5769_PASSWORD)).isTrue();
        assertThat(ipv4.attribute(StunAttribute.XorMappedAddress.class))
                .contains(new StunAttribute.XorMappedAddress(new InetSocketAddress(address("192.0.2.1"), 32853)));
        StunMessage ipv6 = StunMessage.decode(SAMPLE_IPV6_RESPONSE);
        assertThat(ipv6.isAuthentic(RFC5769_PASSWORD)).isTrue();
        assertThat(ipv6.attribute(StunAttribute.XorMappedAddress.class))
                .contains(new StunAttribute.XorMappedAddress(
                        new InetSocketAddress(address("2001:db8:1234:5678:11:2233:4455:6677"), 32853)));
    }

    @Test
    void thePublishedVectorsOfRfc5769AreAuthentic() throws Exception {
        JsonNode vectors = PublishedVectors.json("stun/rfc5769.json", "RFC 5769, section 2");
        for (JsonNode vector : vectors.get("vectors")) {
            StunMessage message =
                    StunMessage.decode(HEX.parseHex(vector.get("packet").asText()));
            assertThat(message.isAuthentic(key(vector.get("key"))))
                    .as(vector.get("name").asText())
                    .isTrue();
            assertThat(message.isFingerprinted())
                    .isEqualTo(vector.get("fingerprint_ok").asBoolean());
        }
    }

    private static byte[] key(JsonNode key) throws Exception {
        if (key.isTextual()) {
            return key.asText().getBytes(StandardCharsets.UTF_8);
        }
        String longTerm = key.get("username").asText() + ":" + key.get("realm").asText() + ":"
                + key.get("password").asText();
        return MessageDigest.getInstance("MD5").digest(longTerm.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        TransactionId id = TransactionId.generate(TestRandom.seeded(1));
        List<StunAttribute> attributes = List.of(
                new StunAttribute.Username("relay:phone"),
                new StunAttribute.Priority(0xffff_fffeL),
                new StunAttribute.UseCandidate(),
                new StunAttribute.IceControlling(-2),
                new StunAttribute.IceControlled(3),
                new StunAttribute.ErrorCode(487, "Role Conflict"),
                new StunAttribute.UnknownAttributes(List.of(0x0003, 0x7fff, 5)),
                new StunAttribute.Software("ünïcode"),
                new StunAttribute.XorMappedAddress(new InetSocketAddress(address("::1"), 65535)),
                new StunAttribute.XorMappedAddress(new InetSocketAddress(address("10.0.0.1"), 1)));
        for (StunClass stunClass : StunClass.values()) {
            StunEncoder encoder = new StunEncoder(stunClass, StunMessage.BINDING, id);
            attributes.forEach(encoder::add);
            StunMessage message = StunMessage.decode(encoder.finish(RFC5769_PASSWORD));
            assertThat(message.stunClass()).isEqualTo(stunClass);
            assertThat(message.method()).isEqualTo(StunMessage.BINDING);
            assertThat(message.transactionId()).isEqualTo(id);
            assertThat(message.attributes()).isEqualTo(attributes);
            assertThat(message.isAuthentic(RFC5769_PASSWORD)).isTrue();
            assertThat(message.isFingerprinted()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0xf, 0x10, 0x7f, 0x80, 0xfff})
    void methodsKeepAllTheirTwelveBits(int method) throws Exception {
        byte[] bytes = new StunEncoder(StunClass.INDICATION, method, new TransactionId(0, 0)).finish(null);
        assertThat(StunMessage.decode(bytes).method()).isEqualTo(method);
        assertThat(StunMessage.decode(bytes).stunClass()).isEqualTo(StunClass.INDICATION);
    }

    @Test
    void truncationAtEveryLengthIsRefused() {
        for (int length = 0; length < SAMPLE_REQUEST.length; length++) {
            byte[] cut = Arrays.copyOf(SAMPLE_REQUEST, length);
            assertThatThrownBy(() -> StunMessage.decode(cut)).isInstanceOf(MalformedPacketException.class);
        }
    }

    @Test
    void everyFlippedBitIsNoticed() {
        for (int bit = 0; bit < 8 * SAMPLE_REQUEST.length; bit++) {
            byte[] flipped = SAMPLE_REQUEST.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            boolean accepted;
            try {
                StunMessage message = StunMessage.decode(flipped);
                accepted = message.isFingerprinted() && message.isAuthentic(RFC5769_PASSWORD);
            } catch (MalformedPacketException e) {
                accepted = false;
            }
            assertThat(accepted).as("bit " + bit).isFalse();
        }
    }

    @Test
    @DisplayName("RFC 8489, section 14.5: attributes after MESSAGE-INTEGRITY, except FINGERPRINT, are ignored")
    void attributesBehindIntegrityAreNotBelieved() throws Exception {
        byte[] signed = new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, new TransactionId(1, 2))
                .add(new StunAttribute.Username("a:b"))
                .finish(RFC5769_PASSWORD);
        byte[] useCandidate = HEX.parseHex("00250000");
        byte[] grown = new byte[signed.length - 8 + useCandidate.length];
        System.arraycopy(signed, 0, grown, 0, signed.length - 8);
        System.arraycopy(useCandidate, 0, grown, signed.length - 8, useCandidate.length);
        grown[3] = (byte) (grown.length - StunMessage.HEADER_LENGTH);
        StunMessage message = StunMessage.decode(grown);
        assertThat(message.isAuthentic(RFC5769_PASSWORD)).isTrue();
        assertThat(message.has(StunAttribute.UseCandidate.class)).isFalse();
    }

    @Test
    void attributesBehindFingerprintAreRefused() {
        byte[] grown = Arrays.copyOf(SAMPLE_REQUEST, SAMPLE_REQUEST.length + 4);
        grown[3] = (byte) (grown[3] + 4);
        grown[SAMPLE_REQUEST.length + 1] = 0x25;
        assertThatThrownBy(() -> StunMessage.decode(grown)).isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void moreAttributesThanAnyCheckHasAreRefused() {
        StunEncoder encoder = new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, new TransactionId(1, 2));
        for (int i = 0; i < 33; i++) {
            encoder.add(new StunAttribute.UseCandidate());
        }
        byte[] message = encoder.finish(null);
        assertThatThrownBy(() -> StunMessage.decode(message)).isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void unknownAttributesAreToldByTheRangeOfTheirType() throws Exception {
        byte[] message = HEX.parseHex("0001000c2112a442000000000000000000000001" + "7ffe00020102ffff" + "80010000");
        assertThat(StunMessage.decode(message).unknownRequiredTypes()).containsExactly(0x7ffe);
    }

    @Test
    void publishedSeedsAndTheirMutationsAreReadOrRefusedAndNothingElse() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        List<byte[]> seeds = new java.util.ArrayList<>(
                PublishedVectors.files("webrtc-corpora", "https://github.com/versatica/mediasoup"));
        seeds.addAll(PublishedVectors.files("pion-stun", "https://github.com/pion/stun"));
        seeds.add(SAMPLE_REQUEST);
        seeds.add(SAMPLE_IPV6_RESPONSE);
        int read = 0;
        for (byte[] original : seeds) {
            read += readOrRefused(original, seed) ? 1 : 0;
            for (int i = 0; i < 200; i++) {
                readOrRefused(TestRandom.mutate(original, random), seed);
            }
        }
        assertThat(read).as("seeds that are STUN").isPositive();
    }

    private static boolean readOrRefused(byte[] bytes, long seed) {
        try {
            StunMessage message = StunMessage.decode(bytes);
            message.isAuthentic(RFC5769_PASSWORD);
            message.unknownRequiredTypes();
            return true;
        } catch (MalformedPacketException e) {
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", input " + HEX.formatHex(bytes), e);
        }
    }
}
