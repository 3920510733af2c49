package org.whodis.core.mls;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** Proposals from outside of a group (RFC 9420 section 12.1.8). Calls refuse them. */
public final class ExternalProposal {
    private ExternalProposal() {}

    /** By a sender that the group's {@link ExternalSenders} name. */
    public static MlsMessage bySender(
            Primitives primitives,
            CipherSuite suite,
            Bytes groupId,
            long epoch,
            int senderIndex,
            Secret signatureKey,
            Proposal proposal) {
        return sign(primitives, suite, groupId, epoch, new Sender.External(senderIndex), signatureKey, proposal);
    }

    /** By somebody who asks to be added. */
    public static MlsMessage byNewMember(Primitives primitives, Bytes groupId, long epoch, KeyPackageBundle bundle) {
        LeafKeys keys = bundle.keys();
        return sign(
                primitives,
                keys.suite(),
                groupId,
                epoch,
                new Sender.NewMemberProposal(),
                keys.signatureSeed(),
                new Proposal.Add(bundle.keyPackage()));
    }

    /** "An external proposal MUST be sent as a PublicMessage object." */
    private static MlsMessage sign(
            Primitives primitives,
            CipherSuite suite,
            Bytes groupId,
            long epoch,
            Sender sender,
            Secret signatureKey,
            Proposal proposal) {
        FramedContent content =
                new FramedContent(groupId, epoch, sender, Bytes.EMPTY, new FramedContent.Body.OfProposal(proposal));
        return PublicMessage.fromOutside(AuthenticatedContent.sign(
                new MlsCrypto(primitives, suite), signatureKey, Codepoints.WIRE_PUBLIC_MESSAGE, content, null));
    }
}
