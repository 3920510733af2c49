package org.whodis.core.mls;

import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Names a pre-shared key (RFC 9420 section 8.4).
 *
 * <pre>
 *   enum { reserved(0), external(1), resumption(2), (255) } PSKType;
 *   enum { reserved(0), application(1), reinit(2), branch(3), (255) } ResumptionPSKUsage;
 *   struct {
 *     PSKType psktype;
 *     select (PreSharedKeyID.psktype) {
 *       case external:   opaque psk_id&lt;V&gt;;
 *       case resumption: ResumptionPSKUsage usage; opaque psk_group_id&lt;V&gt;; uint64 psk_epoch;
 *     };
 *     opaque psk_nonce&lt;V&gt;;
 *   } PreSharedKeyID;
 * </pre>
 */
public sealed interface PreSharedKeyId {
    int USAGE_APPLICATION = 1;
    int USAGE_REINIT = 2;
    int USAGE_BRANCH = 3;

    Bytes nonce();

    record External(Bytes id, Bytes nonce) implements PreSharedKeyId {}

    record Resumption(int usage, Bytes groupId, long epoch, Bytes nonce) implements PreSharedKeyId {}

    /** An external key for a group of this suite, under a fresh {@code psk_nonce}. */
    static External external(Bytes id, CipherSuite suite, RandomBytes random) {
        return new External(id, freshNonce(suite, random));
    }

    /** The resumption key of an epoch for a group of this suite, for use as an application likes, under a fresh {@code psk_nonce}. */
    static Resumption resumption(Bytes groupId, long epoch, CipherSuite suite, RandomBytes random) {
        return new Resumption(USAGE_APPLICATION, groupId, epoch, freshNonce(suite, random));
    }

    /** "a fresh random value of length KDF.Nh, where KDF is the KDF for the cipher suite of the group into which the PSK is injected". */
    private static Bytes freshNonce(CipherSuite suite, RandomBytes random) {
        return Bytes.of(MlsCrypto.draw(random, suite.secretLength()));
    }

    default void write(WireWriter out) {
        switch (this) {
            case External(Bytes id, Bytes nonce) -> out.uint8(1).vector(id).vector(nonce);
            case Resumption(int usage, Bytes groupId, long epoch, Bytes nonce) ->
                out.uint8(2).uint8(usage).vector(groupId).uint64(epoch).vector(nonce);
        }
    }

    static PreSharedKeyId read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 -> new External(Wire.key(in), Wire.key(in));
            case 2 -> new Resumption(usage(in), Wire.groupId(in), in.uint64(), Wire.key(in));
            default -> throw new DecodeException("psktype " + type);
        };
    }

    private static int usage(WireReader in) throws DecodeException {
        int usage = in.uint8();
        if (usage < USAGE_APPLICATION || usage > USAGE_BRANCH) {
            throw new DecodeException("resumption usage " + usage);
        }
        return usage;
    }
}
