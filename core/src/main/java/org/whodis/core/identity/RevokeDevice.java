package org.whodis.core.identity;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The statement that takes a device out of a chain, for good (protocol section 2). Any device that stands in the chain may
 * say it of any, of itself too, as long as one is left.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       StatementType type = revoke_device;
 *       opaque principal[32];
 *       opaque previous_head[32];
 *       opaque device[32];
 *       uint64 created_at;
 *   } RevokeDevice;
 * </pre>
 */
public record RevokeDevice(PrincipalId principal, Bytes previousHead, DeviceId device, long createdAt)
        implements Statement {
    public static final int LENGTH = 2 + 1 + PrincipalId.LENGTH + LabelledHash.LENGTH + DeviceId.LENGTH + 8;

    static final int TYPE = 3;

    public RevokeDevice {
        Check.length(previousHead, LabelledHash.LENGTH, "previous_head");
        Check.time(createdAt, "created_at");
    }

    /**
     * Takes {@code revoked} out of {@code own}.
     *
     * @param signer the key of a device that stands in {@code own}
     * @param now never earlier than the chain's last statement is signed: its times do not run backwards
     * @throws IdentityException {@code revoked} does not stand in the chain, or is the only one that does
     */
    public static Linking.Extended sign(
            Primitives primitives,
            RandomBytes random,
            OfficeKeys offices,
            VerifiedChain own,
            DeviceId revoked,
            HybridKeyPair signer,
            long now)
            throws IdentityException {
        Bytes encoded =
                new RevokeDevice(own.principal(), own.head(), revoked, Math.max(now, own.lastStatementAt())).encode();
        SignedStatement statement = new SignedStatement(
                encoded,
                new DeviceId(signer.publicKey().keyHash(primitives)),
                signer.sign(primitives, SignedStatement.BY_SIGNER, encoded, random));
        List<SignedStatement> statements = new ArrayList<>(own.wire().statements());
        statements.add(statement);
        if (!UnverifiedChain.fits(statements)) {
            throw new IdentityException(IdentityException.Reason.NO_ROOM);
        }
        return new Linking.Extended(
                statement, new UnverifiedChain(own.wire().genesis(), statements).verify(primitives, offices));
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).uint8(TYPE).fixed(principal.value()).fixed(previousHead);
        out.fixed(device.value()).uint64(createdAt);
    }

    static RevokeDevice readAfterType(WireReader in) throws DecodeException {
        return new RevokeDevice(
                PrincipalId.read(in), in.fixed(LabelledHash.LENGTH), DeviceId.read(in), Check.readTime(in));
    }

    public static RevokeDevice decode(Bytes encoded) throws DecodeException {
        if (Statement.decode(encoded) instanceof RevokeDevice revoke) {
            return revoke;
        }
        throw new DecodeException("another StatementType");
    }
}
