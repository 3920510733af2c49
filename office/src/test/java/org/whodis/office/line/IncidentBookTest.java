package org.whodis.office.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineTerms;
import org.whodis.office.OfficeContext;
import org.whodis.office.line.LineOffice.Person;
import org.whodis.office.store.Store;
import org.whodis.office.store.StoreException;

class IncidentBookTest {
    @Test
    void whereverTheStoreFailsNoAttemptIsCountedTwiceOrLost() throws Exception {
        for (int good = 0; good < 3; good++) {
            try (LineOffice office = new LineOffice()) {
                Person anna = office.enrol("Anna");
                Person bert = office.stranger("Bert", "there.example");
                LineSecret secret = office.secret();
                office.issue(anna, secret, LineTerms.STANDARD, null);
                LineId line = secret.id(office.context.primitives());
                FailingStore store = new FailingStore(office.context.store(), good);
                IncidentBook book = new IncidentBook(with(office.context, store), (_, _) -> {});
                book.note(new LineIncident(
                        line,
                        LineIncident.Kind.NOT_APPROVED,
                        bert.holder(),
                        true,
                        "Bert",
                        new OfficeDomain("there.example"),
                        office.now,
                        office.now,
                        1));
                if (good == 0) {
                    assertThatThrownBy(book::flush).isInstanceOf(StoreException.class);
                } else {
                    try {
                        book.flush();
                    } catch (StoreException failed) {
                        // Then it has to be in the book still, and nowhere else.
                    }
                }
                store.left = Integer.MAX_VALUE;
                book.flush();
                List<LineIncident> kept = office.context
                        .store()
                        .transact(transaction -> transaction.lines().incidents(line, 10));
                assertThat(kept)
                        .as("after %d good transactions", good)
                        .singleElement()
                        .satisfies(incident -> assertThat(incident.count()).isEqualTo(1));
            }
        }
    }

    private static OfficeContext with(OfficeContext context, Store store) {
        return new OfficeContext(
                context.domain(),
                context.keys(),
                store,
                context.primitives(),
                context.random(),
                context.clock(),
                context.time(),
                context.metrics(),
                context.log());
    }

    /** Fails after so many transactions. */
    private static final class FailingStore implements Store {
        private final Store store;
        private int left;

        FailingStore(Store store, int left) {
            this.store = store;
            this.left = left;
        }

        private void use() {
            if (left-- <= 0) {
                throw new StoreException("the disk is full", new java.io.IOException());
            }
        }

        @Override
        public <T> T transact(Work<T> work) throws InterruptedException {
            use();
            return store.transact(work);
        }

        @Override
        public <T> @Nullable T attempt(Work<T> work) throws InterruptedException {
            use();
            return store.attempt(work);
        }

        @Override
        public void transactSoon(Work<?> work) {
            throw new AssertionError("nothing about lines may be lost");
        }

        @Override
        public void close() {}
    }
}
