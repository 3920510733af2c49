package org.whodis.core.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.wire.Bytes;

class RequestQueueTest {
    private final RequestQueue queue = new RequestQueue();

    @Test
    void requestsGoOutInTheirOrderAndAreNumberedFromZero() {
        queue.add(request(1, 10));
        queue.add(request(2, 10));
        queue.connected();
        assertThat(queue.next()).isEqualTo(new PeerFrame.Request(0, request(1, 10)));
        assertThat(queue.next()).isEqualTo(new PeerFrame.Request(1, request(2, 10)));
        assertThat(queue.next()).isNull();
    }

    @Test
    void whatWasNotAnsweredGoesOutAgainOverTheNextConnection() {
        queue.add(request(1, 10));
        queue.add(request(2, 10));
        queue.connected();
        queue.next();
        queue.next();
        assertThat(queue.answered(request(1, 10).id())).isTrue();
        queue.connected();
        assertThat(queue.next()).isEqualTo(new PeerFrame.Request(0, request(2, 10)));
    }

    @Test
    void anAnswerToNothingThatIsUnderWayIsIgnored() {
        queue.add(request(1, 10));
        assertThat(queue.answered(request(1, 10).id())).as("not sent yet").isFalse();
        assertThat(queue.answered(request(9, 10).id())).isFalse();
        queue.connected();
        queue.next();
        assertThat(queue.answered(request(1, 10).id())).isTrue();
        assertThat(queue.answered(request(1, 10).id())).as("twice").isFalse();
    }

    @Test
    void aRequestIsGivenUpAtItsDeadlineWhetherItWasSentOrNot() {
        queue.add(request(1, 10));
        queue.add(request(2, 20));
        queue.connected();
        queue.next();
        assertThat(queue.expire(9)).isEmpty();
        assertThat(queue.expire(10)).containsExactly(request(1, 10));
        assertThat(queue.expire(20)).containsExactly(request(2, 20));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void notMoreIsUnderWayThanTheWindowAllows() {
        for (int i = 0; i < RequestQueue.WINDOW + 1; i++) {
            queue.add(request(i, 10));
        }
        queue.connected();
        List<PeerFrame.Request> sent = new ArrayList<>();
        for (PeerFrame.Request next = queue.next(); next != null; next = queue.next()) {
            sent.add(next);
        }
        assertThat(sent).hasSize(RequestQueue.WINDOW);
        queue.answered(sent.getFirst().request().id());
        assertThat(queue.next()).isNotNull();
    }

    @Test
    void theQueueIsBoundedInRequestsAndBytes() {
        for (int i = 0; i < RequestQueue.MAX_REQUESTS; i++) {
            assertThat(queue.add(request(i, 10))).isTrue();
        }
        assertThat(queue.add(request(RequestQueue.MAX_REQUESTS, 10))).isFalse();
        assertThat(queue.add(request(0, 10))).as("one that is there").isTrue();
        RequestQueue large = new RequestQueue();
        int count = 0;
        while (large.add(new PeerRequest(id(count), 10, 1, Bytes.of(new byte[PeerRequest.MAX_BODY])))) {
            count++;
        }
        assertThat(count).isEqualTo(RequestQueue.MAX_BYTES / PeerRequest.MAX_BODY);
        large.expire(10);
        assertThat(large.hasRoom(PeerRequest.MAX_BODY)).isTrue();
    }

    private static PeerRequest request(int number, long deadline) {
        return new PeerRequest(id(number), deadline, 1, Bytes.utf8("body"));
    }

    private static Bytes id(int number) {
        byte[] id = new byte[PeerRequest.ID_LENGTH];
        id[0] = (byte) (number >> 8);
        id[1] = (byte) number;
        return Bytes.of(id);
    }
}
