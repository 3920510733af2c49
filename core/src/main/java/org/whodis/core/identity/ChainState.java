package org.whodis.core.identity;

import static org.whodis.core.identity.UnverifiedChain.require;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.IdentityException.Reason;
import org.whodis.core.identity.VerifiedChain.RevokedDevice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** A chain that is being verified, as far as that has come. The numbers are those of {@link UnverifiedChain#verify}. */
final class ChainState {
    final List<ChainDevice> devices = new ArrayList<>();
    final List<RevokedDevice> revoked = new ArrayList<>();
    final List<Bytes> heads = new ArrayList<>();
    long lastAt;
    private final PrincipalId principal;

    ChainState(PrincipalId principal, long createdAt) {
        this.principal = principal;
        this.lastAt = createdAt;
        heads.add(principal.value());
    }

    /** Nothing has changed after an exception. */
    void take(Primitives primitives, SignedStatement signed) throws IdentityException {
        Statement statement; // 5
        try {
            statement = Statement.decode(signed.statement());
        } catch (DecodeException malformed) {
            throw new IdentityException(Reason.MALFORMED_STATEMENT);
        }
        Bytes head = heads.get(heads.size() - 1);
        require(statement.principal().equals(principal), Reason.STATEMENT_OF_ANOTHER_PRINCIPAL); // 6
        require(statement.previousHead().equals(head), Reason.STATEMENT_NAMES_ANOTHER_HEAD); // 7
        require(!isRevoked(signed.signer()), Reason.SIGNER_REVOKED); // 8
        ChainDevice signer = ChainDevice.find(devices, signed.signer());
        if (signer == null) {
            throw new IdentityException(Reason.SIGNER_NOT_IN_CHAIN);
        }
        require( // 9
                signer.key().verify(primitives, SignedStatement.BY_SIGNER, signed.statement(), signed.bySigner()),
                Reason.STATEMENT_NOT_SIGNED_BY_ITS_SIGNER);
        Bytes next = nextHead(primitives, head, signed.statement());
        switch (statement) {
            case AddDevice added -> devices.add(added(primitives, added, signed.signer(), next));
            case RevokeDevice revoke -> {
                RevokedDevice gone = revoked(revoke, signed.signer());
                devices.remove(gone.device());
                revoked.add(gone);
            }
        }
        heads.add(next);
        lastAt = statement.createdAt();
    }

    private ChainDevice added(Primitives primitives, AddDevice added, DeviceId signer, Bytes head)
            throws IdentityException {
        DeviceId device = new DeviceId(added.newDeviceKey().keyHash(primitives));
        require(ChainDevice.find(devices, device) == null && !isRevoked(device), Reason.DEVICE_ADDED_TWICE); // 10
        Bytes possession =
                AddDevice.possessionStatement(primitives, principal, added.newDeviceKey(), added.newDeviceKind());
        require( // 11
                added.newDeviceKey().verify(primitives, AddDevice.POSSESSION, possession, added.possession()),
                Reason.NO_PROOF_OF_POSSESSION);
        require(added.createdAt() >= lastAt, Reason.TIMES_RUN_BACKWARDS); // 12
        return new ChainDevice(device, added.newDeviceKey(), added.newDeviceKind(), added.createdAt(), signer, head);
    }

    private RevokedDevice revoked(RevokeDevice revoke, DeviceId signer) throws IdentityException {
        require(revoke.createdAt() >= lastAt, Reason.TIMES_RUN_BACKWARDS); // 12
        require(!isRevoked(revoke.device()), Reason.DEVICE_REVOKED_TWICE); // 13
        ChainDevice device = ChainDevice.find(devices, revoke.device());
        if (device == null) {
            throw new IdentityException(Reason.REVOKED_DEVICE_NOT_IN_CHAIN);
        }
        require(devices.size() > 1, Reason.LAST_DEVICE_REVOKED); // 14
        return new RevokedDevice(device, revoke.createdAt(), signer);
    }

    private boolean isRevoked(DeviceId id) {
        for (RevokedDevice each : revoked) {
            if (each.device().id().equals(id)) {
                return true;
            }
        }
        return false;
    }

    /** {@code Head(n) = H("Whodis 1 Chain head", Head(n-1), statement n)}. */
    private static Bytes nextHead(Primitives primitives, Bytes head, Bytes statement) {
        return LabelledHash.of(primitives, "Whodis 1 Chain head", head, statement);
    }
}
