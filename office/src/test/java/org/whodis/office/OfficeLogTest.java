package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.identity.Invitation;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.Notice;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.observe.LogLines;
import org.whodis.office.testkit.RawTls;
import org.whodis.office.testkit.TestDevice;

class OfficeLogTest {
    @TempDir
    Path folder;

    @Test
    void neitherLogNorMetricsTellWhoTalkedToWhomOrAnySecret() throws Exception {
        List<String> lines = new ArrayList<>();
        Handler listener = listener(lines);
        Logger root = Logger.getLogger("");
        root.addHandler(listener);
        List<String> secrets = new ArrayList<>(List.of("Anna-Karin", "Boris-Bo", "Minister", "127.0.0.1:"));
        String metrics;
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")))) {
            lines.clear();
            secrets.set(3, "127.0.0.1");
            TestDevice anna = enrol(office, "Anna-Karin", secrets);
            TestDevice boris = enrol(office, "Boris-Bo", secrets);
            CallId call = TestDevice.newCall();
            CallMessage.SignedOffer offer = anna.offer(boris, call);
            anna.submit(anna.envelope(boris, call, offer));
            boris.take();
            boris.submit(boris.envelope(anna, call, boris.notice(offer, call, Notice.Type.RINGING)));
            boris.submit(boris.envelope(anna, call, boris.answer(offer, call)));
            anna.take();
            MediaJoin join = new MediaJoin(call, "ufragufrag", "pwdpwdpwdpwdpwdpwdpwdpwd", Bytes.of(new byte[32]));
            assertThat(anna.request(id -> new ToOffice.JoinMedia(id, join)).ok())
                    .isTrue();
            boris.submit(boris.envelope(anna, call, TestDevice.group()));
            CallId missed = TestDevice.newCall();
            CallMessage.SignedOffer unanswered = anna.offer(boris, missed);
            anna.submit(anna.envelope(boris, missed, unanswered));
            anna.submit(anna.envelope(boris, missed, anna.notice(unanswered, missed, Notice.Type.CANCELLED)));
            // What goes wrong is told without names, too.
            try (RawTls tls = new RawTls(office.httpsAddress())) {
                tls.get("/Anna-Karin");
                tls.post("/v1/enrol/open", Bytes.of(new byte[16]));
            }
            for (CallId each : List.of(call, missed)) {
                secrets.add(each.value().hex());
                secrets.add(each.value().slice(0, 4).hex());
            }
            for (TestDevice each : List.of(anna, boris)) {
                secrets.add(each.id().value().slice(0, 4).hex());
                secrets.add(each.chain().principal().value().slice(0, 4).hex());
            }
            secrets.add("ufragufrag");
            secrets.add("pwdpwd");
            office.restartSignalling();
            metrics = office.metrics();
            anna.close();
            boris.close();
        } finally {
            root.removeHandler(listener);
        }
        assertThat(lines).anyMatch(line -> line.contains("event=session.opened"));
        assertThat(lines).allMatch(line -> line.startsWith("time=") && line.indexOf('\n') == line.length() - 1);
        String all = String.join("", lines) + metrics;
        for (String secret : secrets) {
            assertThat(all).doesNotContain(secret);
        }
    }

    private static TestDevice enrol(Office office, String name, List<String> secrets) throws Exception {
        String link =
                office.invite(name, "Minister", java.time.Duration.ofHours(1)).link();
        secrets.add(link.substring(link.indexOf("#1.") + 3));
        secrets.add(Bytes.of(Invitation.parse(link).secret().expose()).hex());
        try (RawTls tls = new RawTls(office.httpsAddress())) {
            TestDevice.Enrolling enrolling = new TestDevice.Enrolling(tls, Invitation.parse(link));
            enrolling.reveal();
            String words = String.join(" ", enrolling.words());
            secrets.add(words);
            office.confirm(words);
            return enrolling.finish().connect(office.httpsAddress());
        }
    }

    private static Handler listener(List<String> lines) {
        LogLines format = new LogLines();
        Handler handler = new Handler() {
            @Override
            public synchronized void publish(LogRecord record) {
                if (record.getLevel().intValue() >= Level.INFO.intValue()) {
                    lines.add(format.format(record));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        return handler;
    }
}
