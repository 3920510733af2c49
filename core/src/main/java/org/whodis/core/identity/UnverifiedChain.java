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
 *   struct { SignedGenesis genesis; SignedStatement statements&lt;V&gt;; } Chain;   at most 16 statements
 * </pre>
 */
public record UnverifiedChain(SignedGenesis genesis, List<SignedStatement> statements) implements Encodable {
    /** Seventeen devices for one person; with more a chain would not fit the messages that carry it. */
    public static final int MAX_STATEMENTS = 16;

    public static final int MAX_LENGTH = SignedGenesis.MAX_LENGTH + 4 + MAX_STATEMENTS * SignedStatement.MAX_LENGTH;

    public UnverifiedChain {
        statements = List.copyOf(statements);
        Check.require(statements.size() <= MAX_STATEMENTS, statements.size() + " statements");
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
     *   <li>names as its signer a device that stands in the chain before it,
     *   <li>and that device signed it.
     *   <li>The device that it adds was not there before,
     *   <li>and has proved that it holds its key and wants to be this principal's.
     *   <li>Times do not run backwards.
     * </ol>
     *
     * @throws IdentityException with the first check that failed
     */
    public VerifiedChain verify(Primitives primitives, OfficeKeys offices) throws IdentityException {
        Genesis first = verifyGenesis(primitives, offices);
        PrincipalId principal = PrincipalId.of(primitives, genesis.genesis());
        List<ChainDevice> devices = new ArrayList<>();
        devices.add(new ChainDevice(
                new DeviceId(first.deviceKey().keyHash(primitives)),
                first.deviceKey(),
                first.deviceKind(),
                first.createdAt(),
                null,
                principal.value()));
        for (SignedStatement signed : statements) {
            devices.add(verifyStatement(primitives, principal, devices, signed));
        }
        return new VerifiedChain(this, principal, first, devices);
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

    private static ChainDevice verifyStatement(
            Primitives primitives, PrincipalId principal, List<ChainDevice> before, SignedStatement signed)
            throws IdentityException {
        AddDevice added; // 5
        try {
            added = AddDevice.decode(signed.statement());
        } catch (DecodeException malformed) {
            throw new IdentityException(Reason.MALFORMED_STATEMENT);
        }
        ChainDevice last = before.get(before.size() - 1);
        require(added.principal().equals(principal), Reason.STATEMENT_OF_ANOTHER_PRINCIPAL); // 6
        require(added.previousHead().equals(last.head()), Reason.STATEMENT_NAMES_ANOTHER_HEAD); // 7
        ChainDevice signer = ChainDevice.find(before, signed.signer()); // 8
        if (signer == null) {
            throw new IdentityException(Reason.SIGNER_NOT_IN_CHAIN);
        }
        require( // 9
                signer.key().verify(primitives, SignedStatement.BY_SIGNER, signed.statement(), signed.bySigner()),
                Reason.STATEMENT_NOT_SIGNED_BY_ITS_SIGNER);
        DeviceId device = new DeviceId(added.newDeviceKey().keyHash(primitives));
        require(ChainDevice.find(before, device) == null, Reason.DEVICE_ADDED_TWICE); // 10
        Bytes possession =
                AddDevice.possessionStatement(primitives, principal, added.newDeviceKey(), added.newDeviceKind());
        require( // 11
                added.newDeviceKey().verify(primitives, AddDevice.POSSESSION, possession, added.possession()),
                Reason.NO_PROOF_OF_POSSESSION);
        require(added.createdAt() >= last.addedAt(), Reason.TIMES_RUN_BACKWARDS); // 12
        return new ChainDevice(
                device,
                added.newDeviceKey(),
                added.newDeviceKind(),
                added.createdAt(),
                signed.signer(),
                nextHead(primitives, last.head(), signed.statement()));
    }

    /** {@code Head(n) = H("Whodis 1 Chain head", Head(n-1), statement n)}. */
    static Bytes nextHead(Primitives primitives, Bytes head, Bytes statement) {
        return LabelledHash.of(primitives, "Whodis 1 Chain head", head, statement);
    }

    private static void require(boolean holds, Reason otherwise) throws IdentityException {
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
                SignedGenesis.read(in),
                in.list(MAX_STATEMENTS * SignedStatement.MAX_LENGTH, MAX_STATEMENTS, SignedStatement::read));
    }

    public static UnverifiedChain decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, UnverifiedChain::read);
    }
}
