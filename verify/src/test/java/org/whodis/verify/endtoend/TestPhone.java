package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.whodis.core.call.CallView;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.PcmSink;
import org.whodis.media.audio.PcmSource;
import org.whodis.office.Office;
import org.whodis.phone.Contact;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.Protection;
import org.whodis.phone.media.MediaReport;

/** A real phone whose microphone is a recording and whose loudspeaker is a list, and who remembers all it was told. */
public final class TestPhone implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int HEARD_FRAMES = 50 * 120;
    private static final int LISTENINGS = 12;
    private static final int LISTENING_SAMPLES = 3 * AudioFrame.SAMPLE_RATE;

    public final Phone phone;
    final List<PhoneEvent> events = new CopyOnWriteArrayList<>();

    private final Pcm speech;
    private final Object hearing = new Object();
    private PcmSink heard = new PcmSink(HEARD_FRAMES);

    private TestPhone(Path folder, Pcm speech, boolean isNew, InstantSource clock) throws Exception {
        this.speech = speech;
        PhoneConfig config = PhoneConfig.standard(new Recordings()).withClock(clock);
        RandomBytes random = config.random();
        Keystore keystore = isNew
                ? Keystore.create(
                        folder,
                        new Protection.KeyFile(),
                        Phone.newState(config.primitives(), random),
                        config.primitives(),
                        random)
                : Keystore.open(folder, null, config.primitives(), random);
        this.phone = Phone.open(config, keystore, events::add);
    }

    /** A new person at {@code office}, enrolled and online. */
    public static TestPhone enrol(Office office, Path folder, String name, Pcm speech) throws Exception {
        return enrol(office, folder, name, speech, InstantSource.system());
    }

    static TestPhone enrol(Office office, Path folder, String name, Pcm speech, InstantSource clock) throws Exception {
        TestPhone made = new TestPhone(folder, speech, true, clock);
        String link =
                office.invite(name, "Minister of Tests", Duration.ofMinutes(5)).link();
        PendingEnrolment pending = made.phone.enrol(link);
        assertThat(pending.words()).hasSize(4);
        office.confirm(String.join(" ", pending.words()));
        Contact me = pending.confirmed().get(30, TimeUnit.SECONDS);
        assertThat(me.name()).isEqualTo(name);
        made.startAndWait();
        return made;
    }

    /** A phone that has met nobody. */
    static TestPhone unenrolled(Path folder, Pcm speech) throws Exception {
        return new TestPhone(folder, speech, true, InstantSource.system());
    }

    /** A further device of whoever {@code existing} belongs to. */
    static TestPhone link(TestPhone existing, Path folder, Pcm speech) throws Exception {
        return link(existing, folder, speech, InstantSource.system());
    }

    static TestPhone link(TestPhone existing, Path folder, Pcm speech, InstantSource clock) throws Exception {
        String link = existing.phone.openLink().get(30, TimeUnit.SECONDS);
        TestPhone made = new TestPhone(folder, speech, true, clock);
        PendingEnrolment pending = made.phone.enrol(link);
        PhoneEvent.LinkRequested request = existing.await(PhoneEvent.LinkRequested.class);
        assertThat(request.words()).isEqualTo(pending.words());
        existing.phone.confirmLink(true).get(30, TimeUnit.SECONDS);
        pending.confirmed().get(30, TimeUnit.SECONDS);
        made.startAndWait();
        return made;
    }

    /** The phone of {@code folder}, as after a restart. */
    static TestPhone reopen(Path folder, Pcm speech) throws Exception {
        return reopen(folder, speech, InstantSource.system());
    }

    static TestPhone reopen(Path folder, Pcm speech, InstantSource clock) throws Exception {
        TestPhone made = new TestPhone(folder, speech, false, clock);
        made.startAndWait();
        return made;
    }

    /** The phone of {@code folder}, which has not started. */
    static TestPhone opened(Path folder, Pcm speech) throws Exception {
        return new TestPhone(folder, speech, false, InstantSource.system());
    }

    private void startAndWait() throws Exception {
        phone.start();
        await(PhoneEvent.Online.class);
        phone.ready().get(60, TimeUnit.SECONDS);
    }

    /** Calls whoever has {@code name}. */
    public CallId call(String name) throws Exception {
        List<Contact> contacts = phone.refreshContacts().get(30, TimeUnit.SECONDS);
        Contact contact = contacts.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        return phone.call(contact.principal());
    }

    public CallId awaitRinging() throws Exception {
        return awaitRingingBeyond(0);
    }

    /** Waits for the ring after the first {@code count}. */
    public CallId awaitRingingBeyond(int count) throws Exception {
        return until(() -> {
                    List<PhoneEvent.Ringing> rings = all(PhoneEvent.Ringing.class);
                    return rings.size() > count ? rings.get(count) : null;
                })
                .call()
                .view()
                .callId();
    }

    public PhoneCall awaitState(CallId call, CallView.State state) throws Exception {
        return awaitCall(call, view -> view.view().state() == state);
    }

    public PhoneCall awaitCall(CallId call, Predicate<PhoneCall> condition) throws Exception {
        return until(() -> {
            PhoneCall view = phone.callView(call);
            return view != null && condition.test(view) ? view : null;
        });
    }

    public <T extends PhoneEvent> T await(Class<T> type) throws Exception {
        return until(() -> {
            List<T> found = all(type);
            return found.isEmpty() ? null : found.getFirst();
        });
    }

    <T extends PhoneEvent> List<T> all(Class<T> type) {
        List<T> found = new ArrayList<>();
        for (PhoneEvent event : events) {
            if (type.isInstance(event)) {
                found.add(type.cast(event));
            }
        }
        return found;
    }

    MediaReport report(CallId call) {
        MediaReport report = phone.stats(call);
        assertThat(report).isNotNull();
        return report;
    }

    void awaitOpened(CallId call, long frames) throws Exception {
        until(() -> {
            MediaReport report = phone.stats(call);
            return report != null && report.framesOpened() >= frames ? report : null;
        });
    }

    /** What the loudspeaker was given so far. */
    public Pcm heard() {
        synchronized (hearing) {
            return heard.recorded();
        }
    }

    public void forgetHeard() {
        synchronized (hearing) {
            heard = new PcmSink(HEARD_FRAMES);
        }
    }

    /** Listens until two seconds are {@code spoken}: a machine that is busy stutters, and more has to be heard then. */
    public void awaitHears(Pcm spoken) throws Exception {
        double best = 0;
        for (int i = 0; i < LISTENINGS && best <= Speech.ALIKE; i++) {
            forgetHeard();
            until(() -> heard().length() >= LISTENING_SAMPLES ? true : null);
            best = Math.max(best, Speech.likeness(spoken, heard()));
        }
        assertThat(best).isGreaterThan(Speech.ALIKE);
    }

    interface Probe<T> {
        T look() throws Exception;
    }

    static <T> T until(Probe<T> probe) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            T found = probe.look();
            if (found != null) {
                return found;
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new TimeoutException("what was waited for did not happen");
    }

    @Override
    public void close() {
        phone.close();
    }

    private final class Recordings implements AudioDevices {
        @Override
        public AudioSource openSource(CallId call) {
            return PcmSource.repeating(speech);
        }

        @Override
        public AudioSink openSink(CallId call) {
            return frame -> {
                assertThat(frame).hasSize(AudioFrame.SAMPLES);
                synchronized (hearing) {
                    heard.write(frame);
                }
            };
        }
    }

    /** The cause of a failed future. */
    static Throwable causeOf(ExecutionException failure) {
        return failure.getCause();
    }
}
