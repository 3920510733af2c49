package org.whodis.verify.browser;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.wire.Bytes;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.PageFiles;
import org.whodis.office.data.Certificates;
import org.whodis.office.data.DataFolder;
import org.whodis.office.http.HttpLimits;
import org.whodis.office.http.HttpsServer;
import org.whodis.office.http.Routes;
import org.whodis.office.http.StaticFile;
import org.whodis.office.media.TurnGate;
import org.whodis.office.media.UdpMediaRelay;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayCounters;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.RelayMember;
import org.whodis.relay.udp.UdpRelay;
import org.whodis.web.Site;

/**
 * What of an office media needs: its page, its relay and TURN on its port, all of them the office's own parts. Calls are not
 * set up: a test gives places and keys.
 */
final class MediaOffice implements AutoCloseable {
    /** A page in which a call can be made ... */
    static final String TALKING = "/talking.html";

    /** ... and one that is denied every microphone. */
    static final String WITHOUT_MICROPHONE = "/silent.html";

    private final Primitives primitives = new JvmPrimitives();
    private final RandomBytes random;
    private final DataFolder folder;
    private final HttpsServer server;
    private final UdpRelay relay;
    private final TurnGate turn;
    /** Takes what is sent to it and says nothing, as a firewall does. */
    private final DatagramSocket nowhere = new DatagramSocket(0, InetAddress.getLoopbackAddress());

    MediaOffice(Path path, RandomBytes random, Map<String, Pcm> recordings) throws Exception {
        this.random = random;
        folder = DataFolder.open(path);
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = HttpsServer.listen(
                loopback,
                new Certificates(folder, primitives).selfMade("localhost", Instant.now()),
                HttpLimits.DEFAULT,
                new OfficeMetrics(new EventLog()));
        relay = new UdpRelay(loopback, RelayLimits.DEFAULT, random::next, _ -> {});
        relay.start();
        turn = new TurnGate(domain(), random::next, System::nanoTime, new UdpMediaRelay(relay));
        List<StaticFile> files = new ArrayList<>(PageFiles.all(primitives));
        for (Map.Entry<String, Pcm> recording : recordings.entrySet()) {
            byte[] wav = WavFile.write(recording.getValue());
            files.add(new StaticFile(
                    "/" + recording.getKey(),
                    "audio/wav",
                    new StaticFile.Forms(Bytes.of(wav), null, null),
                    recording.getKey(),
                    false,
                    Map.of()));
        }
        files.add(page(TALKING, "microphone=(self)"));
        files.add(page(WITHOUT_MICROPHONE, "microphone=()"));
        server.serve(Routes.of(List.of(), files, List.of(), false).withTurn(turn));
    }

    /** An empty page under the policy of the office's, beside which it may play recordings: what is said comes from somewhere. */
    private static StaticFile page(String path, String permissions) {
        Bytes page = Bytes.utf8("<!doctype html><title>talking</title>");
        return new StaticFile(
                path,
                "text/html",
                new StaticFile.Forms(page, null, null),
                path.substring(1),
                false,
                Map.of(
                        "content-security-policy",
                        Site.CONTENT_SECURITY_POLICY + "; media-src 'self'",
                        "permissions-policy",
                        permissions,
                        "cross-origin-opener-policy",
                        "same-origin",
                        "cross-origin-embedder-policy",
                        "require-corp"));
    }

    String domain() {
        return "localhost:" + server.address().getPort();
    }

    InetSocketAddress relayAddress() {
        return relay.localAddress();
    }

    /** Where datagrams come to nothing. */
    InetSocketAddress nowhere() {
        return (InetSocketAddress) nowhere.getLocalSocketAddress();
    }

    /**
     * A place in the room {@code call}, in the stead of the one that {@code device} has.
     *
     * @param at where the device is told that the relay is
     */
    MediaJoined join(String call, String device, MediaJoin join, InetSocketAddress at) throws Exception {
        MemberId id = new MemberId(call, device);
        relay.removeMember(id);
        Long ssrc = join.ssrc();
        RelayMember member = relay.createMember(new MemberRequest(
                id,
                Fingerprint.of(join.dtlsFingerprint().toArray()),
                join.iceUfrag(),
                ssrc == null ? OptionalInt.empty() : OptionalInt.of(ssrc.intValue())));
        AdvertisedRelay.HostPort told = new AdvertisedRelay.HostPort("127.0.0.1", at.getPort());
        return new MediaJoined(
                told.host(),
                told.port(),
                member.credentials().ufrag(),
                member.credentials().exposePassword(),
                Bytes.of(member.fingerprint().toBytes()),
                Integer.toUnsignedLong(member.ssrc()),
                turn.access(deviceOf(device), told));
    }

    private static DeviceId deviceOf(String name) {
        return new DeviceId(new BcPrimitives().hash(HashAlgorithm.SHA256, Bytes.utf8(name)));
    }

    void restartRelay() throws Exception {
        relay.restart();
    }

    RelayCounters.Snapshot relayed() {
        return relay.counters();
    }

    int turnAllocations() {
        return turn.allocations();
    }

    Bytes key() {
        return Bytes.of(random.next(32));
    }

    String newCall() {
        return HexFormat.of().formatHex(random.next(16));
    }

    @Override
    public void close() {
        server.close();
        relay.close();
        nowhere.close();
        folder.close();
    }
}
