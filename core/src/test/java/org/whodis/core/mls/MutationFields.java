package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An encoded message taken apart into its fields, so that one of them can be exchanged, dropped, doubled, or given another
 * length, and the rest encoded around it as if nothing had happened. Written from RFC 9420's presentation language and not
 * with the codec under test, save for reading integers and lengths.
 */
final class MutationFields {
    private MutationFields() {}

    /** A field: fixed bytes, a structure, or a vector around either. */
    static final class Field {
        final String name;
        final @Nullable Bytes fixed;
        final List<Field> parts;
        final boolean vector;
        /** How many bytes more than it needs the length takes: 0, or up to the 8-byte form that RFC 9420 excludes. */
        int lengthForm;
        /** What is added to the length that is written. */
        int lengthLie;

        private Field(String name, @Nullable Bytes fixed, List<Field> parts, boolean vector) {
            this.name = name;
            this.fixed = fixed;
            this.parts = parts;
            this.vector = vector;
        }

        Field copy() {
            List<Field> copies = new ArrayList<>();
            for (Field part : parts) {
                copies.add(part.copy());
            }
            return new Field(name, fixed, copies, vector);
        }

        Bytes encode() {
            WireWriter inner = new WireWriter();
            if (fixed != null) {
                inner.fixed(fixed);
            }
            for (Field part : parts) {
                inner.fixed(part.encode());
            }
            return vector ? Bytes.concat(length(inner.length()), inner.toBytes()) : inner.toBytes();
        }

        private Bytes length(int honest) {
            long value = Math.max(0, (long) honest + lengthLie);
            int canonical = value < 64 ? 0 : value < 16384 ? 1 : 2;
            int form = Math.min(3, canonical + lengthForm);
            int size = 1 << form;
            byte[] out = new byte[size];
            for (int i = 0; i < size; i++) {
                out[size - 1 - i] = (byte) (value >>> (8 * i));
            }
            out[0] |= (byte) (form << 6);
            return Bytes.of(out);
        }

        /** This field and everything in it. */
        List<Field> all() {
            List<Field> out = new ArrayList<>();
            out.add(this);
            for (Field part : parts) {
                out.addAll(part.all());
            }
            return out;
        }
    }

    /** Reads a field from where the reader stands. */
    interface Grammar {
        Field read(WireReader in) throws DecodeException;
    }

    static Field parse(Grammar grammar, Bytes encoded) {
        try {
            Field field = WireReader.decode(encoded, grammar::read);
            if (!field.encode().equals(encoded)) {
                throw new AssertionError("taken apart and put together, the message is another");
            }
            return field;
        } catch (DecodeException e) {
            throw new AssertionError("a valid message does not fit the grammar", e);
        }
    }

    private static Grammar fixed(String name, int size) {
        return in -> new Field(name, in.fixed(size), List.of(), false);
    }

    private static Grammar opaque(String name) {
        return in -> new Field(name, in.vector(1 << 24), List.of(), true);
    }

    private static Grammar struct(String name, Grammar... fields) {
        return in -> {
            List<Field> parts = new ArrayList<>();
            for (Grammar field : fields) {
                parts.add(field.read(in));
            }
            return new Field(name, null, parts, false);
        };
    }

    private static Grammar list(String name, Grammar item) {
        return in -> new Field(name, null, new ArrayList<>(in.list(1 << 24, 1 << 16, item::read)), true);
    }

    /** A selector byte (or two) and what it selects. */
    private static Grammar select(String name, int size, Grammar... cases) {
        return in -> {
            Bytes selector = in.fixed(size);
            int chosen = selector.get(size - 1);
            List<Field> parts = new ArrayList<>();
            parts.add(new Field(name + ".type", selector, List.of(), false));
            if (chosen >= cases.length) {
                throw new DecodeException("no case " + chosen + " of " + name);
            }
            parts.add(cases[chosen].read(in));
            return new Field(name, null, parts, false);
        };
    }

    private static final Grammar NOTHING = struct("nothing");
    private static final Grammar RESERVED = in -> {
        throw new DecodeException("reserved");
    };

    private static final Grammar EXTENSIONS =
            list("extensions", struct("extension", fixed("extension_type", 2), opaque("extension_data")));

    private static final Grammar LEAF_NODE = struct(
            "leaf_node",
            opaque("encryption_key"),
            opaque("signature_key"),
            struct("credential", fixed("credential_type", 2), opaque("identity")),
            list("versions", fixed("version", 2)),
            list("cipher_suites", fixed("cipher_suite", 2)),
            list("capability_extensions", fixed("extension_type", 2)),
            list("capability_proposals", fixed("proposal_type", 2)),
            list("capability_credentials", fixed("credential_type", 2)),
            select(
                    "leaf_node_source",
                    1,
                    RESERVED,
                    struct("lifetime", fixed("not_before", 8), fixed("not_after", 8)),
                    NOTHING,
                    opaque("parent_hash")),
            EXTENSIONS,
            opaque("leaf_signature"));

    static final Grammar KEY_PACKAGE = struct(
            "key_package",
            fixed("version", 2),
            fixed("cipher_suite", 2),
            opaque("init_key"),
            LEAF_NODE,
            EXTENSIONS,
            opaque("signature"));

    private static final Grammar PROPOSAL = select(
            "proposal",
            2,
            RESERVED,
            KEY_PACKAGE,
            LEAF_NODE,
            fixed("removed", 4),
            select(
                    "psk",
                    1,
                    RESERVED,
                    struct("external", opaque("psk_id"), opaque("psk_nonce")),
                    struct(
                            "resumption",
                            fixed("usage", 1),
                            opaque("psk_group_id"),
                            fixed("psk_epoch", 8),
                            opaque("psk_nonce"))),
            RESERVED,
            opaque("kem_output"),
            EXTENSIONS);

    private static final Grammar HPKE_CIPHERTEXT =
            struct("hpke_ciphertext", opaque("kem_output"), opaque("ciphertext"));

    private static final Grammar COMMIT = struct(
            "commit",
            list("proposals", select("proposal_or_ref", 1, RESERVED, PROPOSAL, opaque("reference"))),
            select(
                    "path",
                    1,
                    NOTHING,
                    struct(
                            "update_path",
                            LEAF_NODE,
                            list(
                                    "nodes",
                                    struct(
                                            "update_path_node",
                                            opaque("encryption_key"),
                                            list("encrypted_path_secret", HPKE_CIPHERTEXT))))));

    private static final Grammar SENDER =
            select("sender", 1, RESERVED, fixed("leaf_index", 4), fixed("sender_index", 4), NOTHING, NOTHING);

    private static final Grammar CONTENT = select(
            "content",
            1,
            RESERVED,
            struct("application", opaque("application_data"), opaque("signature")),
            struct("proposal", PROPOSAL, opaque("signature")),
            struct("commit", COMMIT, opaque("signature"), opaque("confirmation_tag")));

    /** The PublicMessage of a sender who has no membership key. */
    static final Grammar EXTERNAL_COMMIT = struct(
            "public_message", opaque("group_id"), fixed("epoch", 8), SENDER, opaque("authenticated_data"), CONTENT);

    static final Grammar PUBLIC_MESSAGE = struct(
            "public_message",
            opaque("group_id"),
            fixed("epoch", 8),
            SENDER,
            opaque("authenticated_data"),
            CONTENT,
            opaque("membership_tag"));

    static final Grammar PRIVATE_MESSAGE = struct(
            "private_message",
            opaque("group_id"),
            fixed("epoch", 8),
            fixed("content_type", 1),
            opaque("authenticated_data"),
            opaque("encrypted_sender_data"),
            opaque("ciphertext"));

    static final Grammar WELCOME = struct(
            "welcome",
            fixed("cipher_suite", 2),
            list("secrets", struct("encrypted_group_secrets", opaque("new_member"), HPKE_CIPHERTEXT)),
            opaque("encrypted_group_info"));

    static final Grammar GROUP_INFO = struct(
            "group_info",
            fixed("version", 2),
            fixed("cipher_suite", 2),
            opaque("group_id"),
            fixed("epoch", 8),
            opaque("tree_hash"),
            opaque("confirmed_transcript_hash"),
            EXTENSIONS,
            EXTENSIONS,
            opaque("confirmation_tag"),
            fixed("signer", 4),
            opaque("signature"));

    /** {@code optional<Node> ratchet_tree<V>}. */
    static final Grammar RATCHET_TREE = list(
            "ratchet_tree",
            select(
                    "optional",
                    1,
                    NOTHING,
                    select(
                            "node",
                            1,
                            RESERVED,
                            LEAF_NODE,
                            struct(
                                    "parent_node",
                                    opaque("encryption_key"),
                                    opaque("parent_hash"),
                                    list("unmerged_leaves", fixed("leaf_index", 4))))));

    /** An MLSMessage around {@code body}. */
    static Grammar message(Grammar body) {
        return struct("message", fixed("version", 2), fixed("wire_format", 2), body);
    }

    /** A PrivateMessageContent without its padding. */
    static Grammar privateContent(int contentType) {
        return switch (contentType) {
            case FramedContent.TYPE_APPLICATION ->
                struct("application", opaque("application_data"), opaque("signature"));
            case FramedContent.TYPE_PROPOSAL -> struct("proposal", PROPOSAL, opaque("signature"));
            default -> struct("commit", COMMIT, opaque("signature"), opaque("confirmation_tag"));
        };
    }

    /** Every kind of change; those of a field change the fields around it only in their lengths. */
    enum Mutation {
        FLIP_A_BIT,
        OVERWRITE_A_BYTE,
        OVERWRITE_A_STRETCH,
        CUT_THE_END,
        CUT_THE_BEGINNING,
        CUT_A_STRETCH,
        APPEND,
        INSERT,
        DOUBLE_A_STRETCH,
        SPLICE_WITH_ANOTHER,
        EXCHANGE_A_FIELD,
        EXCHANGE_A_FIELD_FOR_ANOTHER_KIND,
        SWAP_TWO_FIELDS,
        EMPTY_A_VECTOR,
        DROP_AN_ITEM,
        DOUBLE_AN_ITEM,
        LENGTHEN_A_LENGTH,
        LIE_ABOUT_A_LENGTH
    }

    /** {@code valid}, changed; {@code donor} is another valid message of the same kind. May come out as it was. */
    static Bytes mutate(Mutation mutation, Bytes valid, Bytes donor, Grammar grammar, Random dice) {
        int length = valid.length();
        int at = dice.nextInt(length);
        int to = Math.min(length, at + 1 + dice.nextInt(8));
        byte[] some = new byte[to - at];
        dice.nextBytes(some);
        return switch (mutation) {
            case FLIP_A_BIT -> TestGroups.flipped(valid, dice.nextInt(8 * length));
            case OVERWRITE_A_BYTE ->
                spliced(valid, at, at + 1, Bytes.of(new byte[] {(byte) (dice.nextBoolean() ? 0xff : some[0])}));
            case OVERWRITE_A_STRETCH -> spliced(valid, at, to, Bytes.of(some));
            case CUT_THE_END -> valid.slice(0, at);
            case CUT_THE_BEGINNING -> valid.slice(to, length);
            case CUT_A_STRETCH -> spliced(valid, at, to, Bytes.EMPTY);
            case APPEND -> Bytes.concat(valid, Bytes.of(some));
            case INSERT -> spliced(valid, at, at, Bytes.of(some));
            case DOUBLE_A_STRETCH -> spliced(valid, to, to, valid.slice(at, to));
            case SPLICE_WITH_ANOTHER -> {
                int from = Math.min(at, donor.length());
                yield Bytes.concat(valid.slice(0, at), donor.slice(from, donor.length()));
            }
            default -> mutateField(mutation, parse(grammar, valid), parse(grammar, donor), dice);
        };
    }

    private static Bytes spliced(Bytes bytes, int from, int to, Bytes middle) {
        return Bytes.concat(bytes.slice(0, from), middle, bytes.slice(to, bytes.length()));
    }

    private static Bytes mutateField(Mutation mutation, Field valid, Field donor, Random dice) {
        List<Field> fields = valid.all();
        Field chosen = fields.get(dice.nextInt(fields.size()));
        switch (mutation) {
            case EXCHANGE_A_FIELD ->
                exchange(valid, chosen, pick(donor.all(), each -> each.name.equals(chosen.name), dice));
            case EXCHANGE_A_FIELD_FOR_ANOTHER_KIND ->
                exchange(
                        valid,
                        chosen,
                        pick(
                                donor.all(),
                                each -> each.vector == chosen.vector && !each.name.equals(chosen.name),
                                dice));
            case SWAP_TWO_FIELDS -> {
                Field holder = pick(fields, each -> each.parts.size() > 1, dice);
                if (holder != null) {
                    int first = dice.nextInt(holder.parts.size() - 1);
                    holder.parts.add(first, holder.parts.remove(first + 1));
                }
            }
            case EMPTY_A_VECTOR -> {
                Field vector = pick(fields, each -> each.vector, dice);
                if (vector != null) {
                    exchange(valid, vector, new Field(vector.name, Bytes.EMPTY, List.of(), true));
                }
            }
            case DROP_AN_ITEM, DOUBLE_AN_ITEM -> {
                Field holder = pick(fields, each -> !each.parts.isEmpty(), dice);
                if (holder != null) {
                    int item = dice.nextInt(holder.parts.size());
                    if (mutation == Mutation.DROP_AN_ITEM) {
                        holder.parts.remove(item);
                    } else {
                        holder.parts.add(item, holder.parts.get(item).copy());
                    }
                }
            }
            case LENGTHEN_A_LENGTH -> {
                Field vector = pick(fields, each -> each.vector, dice);
                if (vector != null) {
                    vector.lengthForm = 1 + dice.nextInt(3);
                }
            }
            case LIE_ABOUT_A_LENGTH -> {
                Field vector = pick(fields, each -> each.vector, dice);
                if (vector != null) {
                    int[] lies = {1, -1, 63, 64, 1 << 14, 1 << 24, -1000};
                    vector.lengthLie = lies[dice.nextInt(lies.length)];
                }
            }
            default -> throw new AssertionError(mutation);
        }
        return valid.encode();
    }

    private static void exchange(Field whole, Field old, @Nullable Field other) {
        if (other == null) {
            return;
        }
        for (Field holder : whole.all()) {
            int at = holder.parts.indexOf(old);
            if (at >= 0) {
                holder.parts.set(at, other.copy());
                return;
            }
        }
    }

    private static @Nullable Field pick(List<Field> fields, Predicate<Field> condition, Random dice) {
        List<Field> fit = fields.stream().filter(condition).toList();
        return fit.isEmpty() ? null : fit.get(dice.nextInt(fit.size()));
    }
}
