package org.whodis.core.identity;

import java.util.List;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.IdentityException.Reason;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a new device sends to the device that made a {@link DeviceLink} (protocol section 3).
 *
 * <pre>
 *   struct {
 *       opaque link_id[16];
 *       opaque principal[32];
 *       HybridPublicKey device_key;
 *       DeviceKind device_kind;
 *       HybridSignature possession;       as in AddDevice
 *       opaque mac[32];                   HMAC-SHA-256(secret, all fields above)
 *   } LinkRequest;
 * </pre>
 */
public record LinkRequest(
        Bytes linkId,
        PrincipalId principal,
        HybridPublicKey deviceKey,
        DeviceKind deviceKind,
        HybridSignature possession,
        Bytes mac)
        implements Encodable {
    public static final int MAC_LENGTH = 32;
    /** 66 bits: more than can be searched in the ten minutes that a link lives. */
    public static final int WORDS = 6;

    public static final int LENGTH = DeviceLink.ID_LENGTH
            + PrincipalId.LENGTH
            + HybridPublicKey.LENGTH
            + 1
            + HybridSignature.LENGTH
            + MAC_LENGTH;

    public LinkRequest {
        Check.length(linkId, DeviceLink.ID_LENGTH, "link_id");
        Check.length(mac, MAC_LENGTH, "mac");
    }

    /** The new device's side: proves that it holds {@code device} and that it was shown {@code link}. */
    public static LinkRequest create(
            Primitives primitives, RandomBytes random, DeviceLink link, HybridKeyPair device, DeviceKind kind) {
        Bytes possession = AddDevice.possessionStatement(primitives, link.principal(), device.publicKey(), kind);
        LinkRequest unsealed = new LinkRequest(
                link.id(primitives),
                link.principal(),
                device.publicKey(),
                kind,
                device.sign(primitives, AddDevice.POSSESSION, possession, random),
                Bytes.of(new byte[MAC_LENGTH]));
        return new LinkRequest(
                unsealed.linkId,
                unsealed.principal,
                unsealed.deviceKey,
                unsealed.deviceKind,
                unsealed.possession,
                unsealed.computeMac(primitives, link.secret()));
    }

    /**
     * The existing device's side, before it shows the words: 1. the request is for this link and this principal; 2. its MAC
     * is made with the link's secret; 3. the new device holds its key.
     */
    public void verify(Primitives primitives, DeviceLink link) throws IdentityException {
        if (!linkId.equals(link.id(primitives)) || !principal.equals(link.principal())) { // 1
            throw new IdentityException(Reason.ANOTHER_LINK);
        }
        if (!Secret.constantTimeEquals(mac, computeMac(primitives, link.secret()))) { // 2
            throw new IdentityException(Reason.WRONG_MAC);
        }
        Bytes statement = AddDevice.possessionStatement(primitives, principal, deviceKey, deviceKind);
        if (!deviceKey.verify(primitives, AddDevice.POSSESSION, statement, possession)) { // 3
            throw new IdentityException(Reason.NO_PROOF_OF_POSSESSION);
        }
    }

    /**
     * The words that both screens show before the existing device signs. There is no commitment before them: whoever saw the
     * link and controls the office could search for a request with the words of the real one.
     */
    public List<String> words(Primitives primitives) {
        return Words.of(LabelledHash.of(primitives, "Whodis 1 Link words", encode()), WORDS);
    }

    /** The statement that the existing device signs when the words are the same. */
    public SignedStatement toStatement(
            Primitives primitives, RandomBytes random, VerifiedChain chain, HybridKeyPair signer, long now) {
        Bytes statement = new AddDevice(
                        principal,
                        chain.head(),
                        deviceKey,
                        deviceKind,
                        Math.max(now, chain.lastStatementAt()),
                        possession)
                .encode();
        return new SignedStatement(
                statement,
                new DeviceId(signer.publicKey().keyHash(primitives)),
                signer.sign(primitives, SignedStatement.BY_SIGNER, statement, random));
    }

    private Bytes computeMac(Primitives primitives, Secret secret) {
        WireWriter out = new WireWriter();
        writeSealed(out);
        return primitives.hmac(HashAlgorithm.SHA256, secret, out.toBytes());
    }

    private void writeSealed(WireWriter out) {
        out.fixed(linkId).fixed(principal.value());
        deviceKey.write(out);
        deviceKind.write(out);
        possession.write(out);
    }

    @Override
    public void write(WireWriter out) {
        writeSealed(out);
        out.fixed(mac);
    }

    public static LinkRequest read(WireReader in) throws DecodeException {
        return new LinkRequest(
                in.fixed(DeviceLink.ID_LENGTH),
                PrincipalId.read(in),
                HybridPublicKey.read(in),
                DeviceKind.read(in),
                HybridSignature.read(in),
                in.fixed(MAC_LENGTH));
    }

    public static LinkRequest decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LinkRequest::read);
    }
}
