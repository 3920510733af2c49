package org.whodis.core.mls;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A message that is signed and not encrypted (RFC 9420 section 6.2). Whodis calls send none and take none.
 *
 * <p>The membership tag is there exactly where the sender is a member: that is how it is read.
 *
 * <pre>
 *   struct {
 *       FramedContent content;
 *       FramedContentAuthData auth;
 *       select (PublicMessage.content.sender.sender_type) {
 *           case member: MAC membership_tag;
 *           case external: case new_member_commit: case new_member_proposal: struct{};
 *       };
 *   } PublicMessage;
 * </pre>
 */
public final class PublicMessage implements MlsMessage {
    private final FramedContent content;
    private final FramedContentAuthData auth;
    private final @Nullable Bytes membershipTag;

    private PublicMessage(FramedContent content, FramedContentAuthData auth, @Nullable Bytes membershipTag) {
        this.content = content;
        this.auth = auth;
        this.membershipTag = membershipTag;
    }

    /** "For messages sent by members, it MUST be set to MAC(membership_key, AuthenticatedContentTBM)". */
    static PublicMessage protect(
            MlsCrypto crypto, Secret membershipKey, AuthenticatedContent signed, GroupContext context) {
        if (signed.content().body() instanceof FramedContent.Body.OfApplication) {
            throw new IllegalStateException("application data is never sent in a PublicMessage");
        }
        Bytes tag = crypto.mac(membershipKey, signed.toBeMaced(context));
        return new PublicMessage(signed.content(), signed.auth(), tag);
    }

    /** Of a sender outside the group, who has no membership key. */
    static PublicMessage fromOutside(AuthenticatedContent signed) {
        return new PublicMessage(signed.content(), signed.auth(), null);
    }

    /**
     * Checks that the sender may send such content, and the membership tag if it is a member; the signature is still to be
     * checked.
     */
    AuthenticatedContent unprotect(MlsCrypto crypto, Secret membershipKey, GroupContext context) throws MlsException {
        if (content.body() instanceof FramedContent.Body.OfApplication) {
            throw new MlsException(Rejection.APPLICATION_DATA_IN_PUBLIC_MESSAGE, "application data in the clear");
        }
        boolean fits = switch (content.sender()) {
            case Sender.Member _ -> true;
            case Sender.External _, Sender.NewMemberProposal _ ->
                content.body() instanceof FramedContent.Body.OfProposal;
            case Sender.NewMemberCommit _ -> content.body() instanceof FramedContent.Body.OfCommit;
        };
        if (!fits) {
            throw new MlsException(Rejection.SENDER_TYPE_MISMATCH, "from " + content.sender());
        }
        AuthenticatedContent claimed = new AuthenticatedContent(wireFormat(), content, auth);
        if (membershipTag != null && !crypto.verifyMac(membershipKey, claimed.toBeMaced(context), membershipTag)) {
            throw new MlsException(Rejection.BAD_MEMBERSHIP_TAG, "membership_tag");
        }
        return claimed;
    }

    FramedContent content() {
        return content;
    }

    @Override
    public void write(WireWriter out) {
        content.write(out);
        auth.write(out);
        if (membershipTag != null) {
            out.vector(membershipTag);
        }
    }

    static PublicMessage read(WireReader in) throws DecodeException {
        FramedContent content = FramedContent.read(in);
        FramedContentAuthData auth =
                FramedContentAuthData.read(in, content.body().contentType());
        return new PublicMessage(content, auth, content.sender() instanceof Sender.Member ? Wire.key(in) : null);
    }
}
