package org.whodis.core.line;

import java.util.List;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** What an office answers to the lists of {@link LineRequest}. A page has room for the longest of its items. */
public final class LinePages {
    /** Of the items of a page; with what stands around it, it fits a message. */
    public static final int MAX_PAGE = 255 * 1024;

    private static final int MAX_ITEMS = 256;

    private LinePages() {}

    /**
     * Lines that a person gave, in the order of their ids.
     *
     * <pre>
     *   struct { IssuedLine lines&lt;V&gt;; uint8 more; } IssuedPage;
     * </pre>
     */
    public record Issued(List<IssuedLine> lines, boolean more) implements Encodable {
        public Issued {
            lines = List.copyOf(lines);
        }

        @Override
        public void write(WireWriter out) {
            out.list(lines, (inner, it) -> it.write(inner)).uint8(more ? 1 : 0);
        }

        public static Issued decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(
                    encoded, in -> new Issued(in.list(MAX_PAGE, MAX_ITEMS, IssuedLine::read), LineTerms.readFlag(in)));
        }
    }

    /**
     * Sealed items of a person, in the order of their ids.
     *
     * <pre>
     *   struct { SignedByDevice items&lt;V&gt;; uint8 more; } ItemsPage;
     * </pre>
     */
    public record Items(List<SignedByDevice> items, boolean more) implements Encodable {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public void write(WireWriter out) {
            out.list(items, (inner, it) -> it.write(inner)).uint8(more ? 1 : 0);
        }

        public static Items decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(
                    encoded,
                    in -> new Items(in.list(MAX_PAGE, MAX_ITEMS, SignedByDevice::read), LineTerms.readFlag(in)));
        }
    }

    /**
     * Somebody whose devices can read what is sealed to them.
     *
     * <pre>
     *   struct { Chain chain; SignedByDevice keys&lt;V&gt;; } Reader;        of a SealingKey each
     * </pre>
     */
    public record Reader(UnverifiedChain chain, List<SignedByDevice> keys) {
        public Reader {
            keys = List.copyOf(keys);
        }

        private void write(WireWriter out) {
            chain.write(out);
            out.list(keys, (inner, it) -> it.write(inner));
        }

        private static Reader read(WireReader in) throws DecodeException {
            return new Reader(
                    UnverifiedChain.read(in), in.list(MAX_PAGE, UnverifiedChain.MAX_DEVICES, SignedByDevice::read));
        }
    }

    /**
     * The person who asks, then those of the desk.
     *
     * <pre>
     *   struct { Reader readers&lt;V&gt;; } Readers;
     * </pre>
     */
    public record Readers(List<Reader> readers) implements Encodable {
        public Readers {
            readers = List.copyOf(readers);
        }

        @Override
        public void write(WireWriter out) {
            out.list(readers, (inner, it) -> it.write(inner));
        }

        public static Readers decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> new Readers(in.list(MAX_PAGE, MAX_ITEMS, Reader::read)));
        }
    }

    /** A person's signed settings, or nothing: {@code optional<SignedByDevice>}. */
    public record Settings(
            @org.jspecify.annotations.Nullable SignedByDevice settings) implements Encodable {
        @Override
        public void write(WireWriter out) {
            out.optional(settings, (inner, it) -> it.write(inner));
        }

        public static Settings decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> new Settings(in.optional(SignedByDevice::read)));
        }
    }

    /**
     * Somebody of this office whose line was tried by others.
     *
     * <pre>
     *   struct { opaque issuer[32]; opaque line_id[32]; SealedBox note; LineIncident incidents&lt;V&gt;; } DeskIncident;
     * </pre>
     */
    public record DeskIncident(PrincipalId issuer, LineId lineId, SealedBox note, List<LineIncident> incidents) {
        public DeskIncident {
            incidents = List.copyOf(incidents);
        }

        private void write(WireWriter out) {
            out.fixed(issuer.value()).fixed(lineId.value());
            note.write(out);
            out.list(incidents, (inner, it) -> it.write(inner));
        }

        private static DeskIncident read(WireReader in) throws DecodeException {
            return new DeskIncident(
                    PrincipalId.read(in),
                    LineId.read(in),
                    SealedBox.read(in),
                    in.list(
                            IssuedLine.MAX_INCIDENTS * LineIncident.MAX_LENGTH,
                            IssuedLine.MAX_INCIDENTS,
                            LineIncident::read));
        }
    }

    /**
     * Somebody called a person who sends calls to the desk.
     *
     * <pre>
     *   struct { opaque callee[32]; LineHolder caller; opaque name&lt;V&gt;; uint64 at; } SentCall;
     * </pre>
     */
    public record SentCall(PrincipalId callee, LineHolder caller, String name, long at) {
        public SentCall {
            Check.time(at, "at");
        }

        private void write(WireWriter out) {
            out.fixed(callee.value());
            caller.write(out);
            out.text(name).uint64(at);
        }

        private static SentCall read(WireReader in) throws DecodeException {
            return new SentCall(
                    PrincipalId.read(in),
                    LineHolder.read(in),
                    org.whodis.core.identity.DisplayText.read(in, 0, 128),
                    Check.readTime(in));
        }
    }

    /**
     * What waits at the desk, the newest first, as much as fits.
     *
     * <pre>
     *   struct { SignedKnock knocks&lt;V&gt;; DeskIncident incidents&lt;V&gt;; SentCall calls&lt;V&gt;; } DeskPage;
     * </pre>
     */
    public record Desk(List<Knock.Signed> knocks, List<DeskIncident> incidents, List<SentCall> calls)
            implements Encodable {
        public Desk {
            knocks = List.copyOf(knocks);
            incidents = List.copyOf(incidents);
            calls = List.copyOf(calls);
        }

        @Override
        public void write(WireWriter out) {
            out.list(knocks, (inner, it) -> it.write(inner));
            out.list(incidents, (inner, it) -> it.write(inner));
            out.list(calls, (inner, it) -> it.write(inner));
        }

        public static Desk decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(
                    encoded,
                    in -> new Desk(
                            in.list(MAX_PAGE, MAX_ITEMS, Knock.Signed::read),
                            in.list(MAX_PAGE, MAX_ITEMS, DeskIncident::read),
                            in.list(MAX_PAGE, MAX_ITEMS, SentCall::read)));
        }
    }
}
