package org.whodis.core.message;

import java.util.List;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The caller's wish to talk (protocol section 5).
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque call_id[16];               random
 *       opaque commitment[32];            H("Whodis 1 Call commitment", call_id, caller_nonce, caller_leaf_signature_key)
 *       Party caller; opaque caller_device[32];
 *       Party callee;
 *       uint16 suites&lt;V&gt;;                 MLS cipher suites, best first; version 1 has one
 *       opaque line_proof&lt;V&gt;;             LineProof of section 7, or empty
 *       uint64 issued_at; uint64 expires_at;     at most 45 s apart
 *   } Offer;                              label "Whodis 1 Offer"; offer_hash = H("Whodis 1 Offer", offer)
 * </pre>
 */
public record Offer(
        CallId callId,
        Bytes commitment,
        Party caller,
        DeviceId callerDevice,
        Party callee,
        List<Integer> suites,
        Bytes lineProof,
        long issuedAt,
        long expiresAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Offer";
    public static final int NONCE_LENGTH = 32;

    /** How long an offer may live. */
    public static final long MAX_LIFETIME_MILLIS = 45_000;

    /** Room for every suite that a later version might add, and no more. */
    private static final int MAX_SUITES = 8;

    /** A {@code LineProof}: a line's id, its public key and a signature by it. */
    public static final int MAX_LINE_PROOF = 32 + HybridPublicKey.LENGTH + HybridSignature.LENGTH;

    static final int MAX_LENGTH = 2
            + CallId.LENGTH
            + LabelledHash.LENGTH
            + 2 * Party.MAX_LENGTH
            + DeviceId.LENGTH
            + (1 + 2 * MAX_SUITES)
            + (2 + MAX_LINE_PROOF)
            + 2 * 8;

    public Offer {
        Check.length(commitment, LabelledHash.LENGTH, "commitment");
        suites = List.copyOf(suites);
        Check.require(!suites.isEmpty() && suites.size() <= MAX_SUITES, suites.size() + " suites");
        for (int suite : suites) {
            Check.require(suite >= 0 && suite <= 0xffff, "suite " + suite);
        }
        Check.require(lineProof.length() <= MAX_LINE_PROOF, "a line_proof of " + lineProof.length() + " bytes");
        Check.time(issuedAt, "issued_at");
        Check.time(expiresAt, "expires_at");
        Check.require(isLifetime(issuedAt, expiresAt), "an offer that lives too long");
    }

    /** An offer without a line. */
    public Offer(
            CallId callId,
            Bytes commitment,
            Party caller,
            DeviceId callerDevice,
            Party callee,
            List<Integer> suites,
            long issuedAt,
            long expiresAt) {
        this(callId, commitment, caller, callerDevice, callee, suites, Bytes.EMPTY, issuedAt, expiresAt);
    }

    /** The same offer with another {@code line_proof}. */
    public Offer withLineProof(Bytes proof) {
        return new Offer(callId, commitment, caller, callerDevice, callee, suites, proof, issuedAt, expiresAt);
    }

    /**
     * {@code H("Whodis 1 Call commitment", call_id, caller_nonce, caller_leaf_signature_key)}: everything in the comparison
     * words that the caller is free to choose, so that none of it can be searched for once the callee's part is known.
     */
    public static Bytes commitment(
            Primitives primitives, CallId callId, Bytes callerNonce, Bytes callerLeafSignatureKey) {
        return LabelledHash.of(
                primitives, "Whodis 1 Call commitment", callId.value(), callerNonce, callerLeafSignatureKey);
    }

    /** {@code offer_hash} of an encoded offer. */
    public static Bytes hash(Primitives primitives, Bytes offer) {
        return LabelledHash.of(primitives, LABEL, offer);
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(callId.value()).fixed(commitment);
        caller.write(out);
        out.fixed(callerDevice.value());
        callee.write(out);
        out.list(suites, WireWriter::uint16).vector(lineProof).uint64(issuedAt).uint64(expiresAt);
    }

    public static Offer read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        CallId callId = CallId.read(in);
        Bytes commitment = in.fixed(LabelledHash.LENGTH);
        Party caller = Party.read(in);
        DeviceId callerDevice = DeviceId.read(in);
        Party callee = Party.read(in);
        List<Integer> suites = in.list(2 * MAX_SUITES, MAX_SUITES, WireReader::uint16);
        Bytes lineProof = in.vector(MAX_LINE_PROOF);
        long issuedAt = Check.readTime(in);
        long expiresAt = Check.readTime(in);
        if (suites.isEmpty() || !isLifetime(issuedAt, expiresAt)) {
            throw new DecodeException("an offer of no suite, or that lives too long");
        }
        return new Offer(callId, commitment, caller, callerDevice, callee, suites, lineProof, issuedAt, expiresAt);
    }

    public static Offer decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Offer::read);
    }

    private static boolean isLifetime(long issuedAt, long expiresAt) {
        return issuedAt <= expiresAt && expiresAt - issuedAt <= MAX_LIFETIME_MILLIS;
    }
}
