package org.whodis.core.identity;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.IdentityException.Reason;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The protocol's {@code Chain} (section 2) as it came: nothing in it has been checked beyond its form. {@link #verify} makes
 * a {@link VerifiedChain} of it.
 *
 * <pre>
 *   struct { SignedGenesis genesis; SignedStatement statements&lt;V&gt;; } Chain;   at most 32 statements, 141,440 bytes
 * </pre>
 */
public record UnverifiedChain(SignedGenesis genesis, List<SignedStatement> statements) implements Encodable {
    /** The statements with which a chain still fits the messages that carry it: those of 16 added devices. */
    public static final int MAX_STATEMENTS_LENGTH = 16 * SignedStatement.MAX_LENGTH;

    /** More than fit: 16 that add a device and 16 that revoke one would be the most that there is a use for. */
    public static final int MAX_STATEMENTS = 32;

    /** Devices that may ever have stood in one chain. */
    public static final int MAX_DEVICES = 1 + MAX_STATEMENTS_LENGTH / SignedStatement.MAX_LENGTH;

    public static final int MAX_LENGTH = SignedGenesis.MAX_LENGTH + 4 + MAX_STATEMENTS_LENGTH;

    public UnverifiedChain {
        statements = List.copyOf(statements);
        Check.require(fits(statements), statements.size() + " statements");
    }

    static boolean fits(List<SignedStatement> statements) {
        return statements.size() <= MAX_STATEMENTS && length(statements) <= MAX_STATEMENTS_LENGTH;
    }

    private static int length(List<SignedStatement> statements) {
        int length = 0;
        for (SignedStatement each : statements) {
            length += each.length();
        }
        return length;
    }

    /**
     * Whether this chain may be extended by another device: only if all of its devices but one can still be revoked
     * afterwards. Whoever steals a device can so not fill the chain up to keep it in there.
     *
     * @param devices how many stand in the chain now
     */
    public boolean hasRoomForDevice(int devices) {
        int revocations = devices * SignedStatement.REVOCATION_LENGTH;
        return statements.size() + 1 + devices <= MAX_STATEMENTS
                && length(statements) + SignedStatement.MAX_LENGTH + revocations <= MAX_STATEMENTS_LENGTH;
    }

    /** This chain with one statement more; null if there is no room for it. */
    public @Nullable UnverifiedChain with(SignedStatement statement) {
        List<SignedStatement> longer = new ArrayList<>(statements);
        longer.add(statement);
        return fits(longer) ? new UnverifiedChain(genesis, longer) : null;
    }

    /**
     * Checks everything from the genesis on.
     *
     * <ol>
     *   <li>The genesis is well-formed.
     *   <li>The office that it names is one that the verifier knows, under the key that it names.
     *   <li>The first device signed it.
     *   <li>The office signed it.
     *   <li>Every statement is well-formed,
     *   <li>is about this principal,
     *   <li>names the head before it,
     *   <li>names as its signer a device that stands in the chain before it, and was not revoked,
     *   <li>and that device signed it.
     *   <li>The device that it adds was not there before, revoked or not,
     *   <li>and has proved that it holds its key and wants to be this principal's.
     *   <li>Times do not run backwards.
     *   <li>The device that it revokes stands in the chain before it,
     *   <li>and is not the last one that does.
     * </ol>
     *
     * @throws IdentityException with the first check that failed
     */
    public VerifiedChain verify(Primitives primitives, OfficeKeys offices) throws IdentityException {
        Genesis first = verifyGenesis(primitives, offices);
        PrincipalId principal = PrincipalId.of(primitives, genesis.genesis());
        ChainState state = new ChainState(principal, first.createdAt());
        state.devices.add(new ChainDevice(
                new DeviceId(first.deviceKey().keyHash(primitives)),
                first.deviceKey(),
                first.deviceKind(),
                first.createdAt(),
                null,
                principal.value()));
        for (SignedStatement signed : statements) {
            state.take(primitives, signed);
        }
        return new VerifiedChain(this, principal, first, state);
    }

    /**
     * The chain to believe after this one came: a chain that was once seen is never given up for an older one or for another
     * that does not extend it.
     *
     * @param known what was believed of this principal so far; null at first sight
     * @return this chain, verified, or {@code known}
     * @throws IdentityException if this chain is another than {@code known} and does not hold
     */
    public VerifiedChain verifyAfter(@Nullable VerifiedChain known, Primitives primitives, OfficeKeys offices)
            throws IdentityException {
        if (known != null && known.wire().equals(this)) {
            return known;
        }
        VerifiedChain verified = verify(primitives, offices);
        return known != null && !verified.contains(known.head()) ? known : verified;
    }

    private Genesis verifyGenesis(Primitives primitives, OfficeKeys offices) throws IdentityException {
        Genesis first; // 1
        try {
            first = Genesis.decode(genesis.genesis());
        } catch (DecodeException malformed) {
            throw new IdentityException(Reason.MALFORMED_GENESIS);
        }
        HybridPublicKey office = offices.find(first.officeDomain(), first.officeKey()); // 2
        if (office == null || !office.keyHash(primitives).equals(first.officeKey())) {
            throw new IdentityException(Reason.UNKNOWN_OFFICE);
        }
        require( // 3
                first.deviceKey().verify(primitives, SignedGenesis.BY_DEVICE, genesis.genesis(), genesis.byDevice()),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_DEVICE);
        require( // 4
                office.verify(primitives, SignedGenesis.BY_OFFICE, genesis.genesis(), genesis.byOffice()),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_OFFICE);
        return first;
    }

    static void require(boolean holds, Reason otherwise) throws IdentityException {
        if (!holds) {
            throw new IdentityException(otherwise);
        }
    }

    @Override
    public void write(WireWriter out) {
        genesis.write(out);
        out.list(statements, (inner, statement) -> statement.write(inner));
    }

    public static UnverifiedChain read(WireReader in) throws DecodeException {
        return new UnverifiedChain(
                SignedGenesis.read(in), in.list(MAX_STATEMENTS_LENGTH, MAX_STATEMENTS, SignedStatement::read));
    }

    public static UnverifiedChain decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, UnverifiedChain::read);
    }
}
