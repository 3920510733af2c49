package org.whodis.core.mls;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Content with its signature, before it is protected or after it was unprotected (RFC 9420 section 6).
 *
 * <pre>
 *   struct { WireFormat wire_format; FramedContent content; FramedContentAuthData auth; } AuthenticatedContent;
 * </pre>
 */
record AuthenticatedContent(int wireFormat, FramedContent content, FramedContentAuthData auth) {
    private static final String LABEL = "FramedContentTBS";

    /** Signs; a Commit still lacks its confirmation tag. Proposals from outside have no context. */
    static AuthenticatedContent sign(
            MlsCrypto crypto,
            Secret signatureSeed,
            int wireFormat,
            FramedContent content,
            @Nullable GroupContext context) {
        Bytes signature = crypto.sign(signatureSeed, LABEL, toBeSigned(wireFormat, content, context));
        return new AuthenticatedContent(wireFormat, content, new FramedContentAuthData(signature, null));
    }

    AuthenticatedContent withConfirmationTag(Bytes tag) {
        return new AuthenticatedContent(wireFormat, content, new FramedContentAuthData(auth.signature(), tag));
    }

    boolean hasValidSignature(MlsCrypto crypto, Bytes signatureKey, GroupContext context) {
        return crypto.verify(signatureKey, LABEL, toBeSigned(wireFormat, content, context), auth.signature());
    }

    /**
     * The confirmation tag of a Commit.
     *
     * @throws IllegalStateException for any other content
     */
    Bytes confirmationTag() {
        Bytes tag = auth.confirmationTag();
        if (tag == null) {
            throw new IllegalStateException("no Commit, or not confirmed yet");
        }
        return tag;
    }

    /** ProposalRef (section 5.2). */
    Bytes proposalReference(MlsCrypto crypto) {
        return crypto.refHash("MLS 1.0 Proposal Reference", toBytes());
    }

    /**
     * <pre>
     *   struct {
     *       ProtocolVersion version = mls10;
     *       WireFormat wire_format;
     *       FramedContent content;
     *       select (FramedContentTBS.content.sender.sender_type) {
     *           case member: case new_member_commit:            GroupContext context;
     *           case external: case new_member_proposal:        struct{};
     *       };
     *   } FramedContentTBS;
     * </pre>
     */
    static Bytes toBeSigned(int wireFormat, FramedContent content, @Nullable GroupContext context) {
        WireWriter out = new WireWriter();
        out.uint16(Codepoints.MLS10).uint16(wireFormat);
        content.write(out);
        switch (content.sender()) {
            case Sender.Member _, Sender.NewMemberCommit _ -> {
                if (context == null) {
                    throw new IllegalStateException("content for members is signed over the GroupContext");
                }
                context.write(out);
            }
            case Sender.External _, Sender.NewMemberProposal _ -> {}
        }
        return out.toBytes();
    }

    /** {@code struct { FramedContentTBS content_tbs; FramedContentAuthData auth; } AuthenticatedContentTBM;} (6.2) */
    Bytes toBeMaced(GroupContext context) {
        WireWriter out = new WireWriter();
        out.fixed(toBeSigned(wireFormat, content, context));
        auth.write(out);
        return out.toBytes();
    }

    Bytes toBytes() {
        WireWriter out = new WireWriter();
        out.uint16(wireFormat);
        content.write(out);
        auth.write(out);
        return out.toBytes();
    }

    static AuthenticatedContent read(WireReader in) throws DecodeException {
        int wireFormat = in.uint16();
        FramedContent content = FramedContent.read(in);
        return new AuthenticatedContent(
                wireFormat,
                content,
                FramedContentAuthData.read(in, content.body().contentType()));
    }

    /** For the transcript, the fields of a Commit; null for other content. */
    @Nullable
    Commit commit() {
        return content.body() instanceof FramedContent.Body.OfCommit(Commit commit) ? commit : null;
    }
}
