package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.sframe.EncryptionKey;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.FrameOpener;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.core.sframe.MlsKeyId;
import org.whodis.core.sframe.OpenResult;
import org.whodis.core.sframe.Opened;
import org.whodis.core.sframe.Rejected;
import org.whodis.core.sframe.SFrameHeader;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** SFrame headers, whole frames of strangers, and authentic frames of a hostile member. */
class SFrameFuzzTest {
    private static final Bytes CALL = Bytes.of(new byte[16]);
    private static final int MEMBER = 1;
    private static final long KID = MlsKeyId.of(MEMBER, 1, 8).encode(32, 8);

    private record TestEpoch(long epoch, SortedSet<Integer> leaves) implements EpochKeys {
        @Override
        public Secret baseKey() {
            return Secret.owning(new byte[MediaFrame.BASE_KEY_LENGTH]);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void aHeaderThatIsReadIsWrittenAsTheSameBytes(byte[] data) {
        WireReader in = new WireReader(data);
        try {
            SFrameHeader header = SFrameHeader.read(in);
            if (!header.encode().equals(in.since(0))) {
                throw new AssertionError("read " + in.since(0) + ", wrote " + header.encode());
            }
        } catch (DecodeException refused) {
            // The one exception that input may cause.
        }
    }

    /** Every frame is refused or held, within bounds, since nobody who lacks the key can make one that opens. */
    @FuzzTest(maxDuration = "1m")
    void aStrangersFramesAreNeverOpened(byte[] data) {
        FrameOpener opener = opener();
        long now = 0;
        for (int at = 0; at < data.length; at += MediaFrame.SEALED_LENGTH) {
            int length = Math.min(MediaFrame.SEALED_LENGTH, data.length - at);
            if (opener.open(Bytes.of(data, at, length), now) instanceof Opened opened) {
                throw new AssertionError("opened " + opened);
            }
            now += 7_000_000L;
            if (opener.poll(now).stream().anyMatch(Opened.class::isInstance)) {
                throw new AssertionError("opened a held frame");
            }
        }
    }

    /** The data is what a member of the call puts into an authentic frame. */
    @FuzzTest(maxDuration = "1m")
    void aMembersPlaintextIsAMediaFrameOrRefused(byte[] data) {
        EncryptionKey key = new EncryptionKey(
                new JdkPrimitives(), MediaFrame.CIPHER_SUITE, KID, Secret.owning(new byte[MediaFrame.BASE_KEY_LENGTH]));
        int headerLength = new SFrameHeader(KID, 0).length();
        byte[] plaintext = new byte[MediaFrame.SEALED_LENGTH - MediaFrame.CIPHER_SUITE.nt() - headerLength];
        System.arraycopy(data, 0, plaintext, 0, Math.min(data.length, plaintext.length));
        OpenResult result = opener().open(key.encrypt(0, CALL, Bytes.of(plaintext)), 0);
        switch (result) {
            case Opened opened -> {
                if (opened.payload().length() > MediaFrame.MAX_PAYLOAD_LENGTH) {
                    throw new AssertionError("a payload of " + opened.payload().length());
                }
            }
            case Rejected rejected -> {
                if (rejected.reason() != Rejected.Reason.MALFORMED_PLAINTEXT) {
                    throw new AssertionError("an authentic frame was refused: " + rejected);
                }
            }
            case OpenResult.Held held -> throw new AssertionError("a frame of the current epoch was held");
        }
    }

    private static FrameOpener opener() {
        FrameOpener opener = new FrameOpener(new JdkPrimitives(), CALL, 0);
        opener.switchTo(new TestEpoch(1, new TreeSet<>(List.of(0, MEMBER))), 0);
        return opener;
    }
}
