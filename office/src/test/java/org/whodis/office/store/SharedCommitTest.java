package org.whodis.office.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.InvitationStore.Invitation;
import org.whodis.office.store.InvitationStore.Open;
import org.whodis.office.store.sqlite.SqliteStore;

/** Transactions that share a commit, when one of them makes SQLite take back all of it, as a full disk may. */
class SharedCommitTest {
    private static final int FATAL = 1;

    @TempDir
    Path folder;

    @Test
    void nothingIsAcknowledgedThatWasTakenBackTogetherWithAnother() throws Exception {
        Path file = folder.resolve("office.db");
        SqliteStore.open(file).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TRIGGER fatal BEFORE INSERT ON invitation WHEN NEW.name = '" + FATAL
                    + "' BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END");
        }
        SqliteStore store = SqliteStore.open(file);
        try {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch queued = new CountDownLatch(1);
            CompletableFuture<Boolean> blocker = acknowledged(store, _ -> {
                entered.countDown();
                await(queued);
            });
            entered.await();
            List<CompletableFuture<Boolean>> group = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Invitation invitation = invitation(i);
                group.add(acknowledged(
                        store, transaction -> transaction.invitations().add(invitation)));
                // Time to be queued behind the one before; whatever the order, the promise is the same.
                Thread.sleep(100);
            }
            queued.countDown();
            assertThat(blocker.get()).isTrue();
            assertThat(group.get(FATAL).get()).isFalse();
            for (int i = 0; i < group.size(); i++) {
                Bytes id = invitation(i).secretHash();
                boolean present =
                        store.attempt(transaction -> transaction.invitations().find(id)) != null;
                assertThat(present)
                        .as("transaction " + i)
                        .isEqualTo(group.get(i).get());
            }
        } finally {
            store.close();
        }
    }

    private interface Change {
        void apply(Store.Transaction transaction);
    }

    private static CompletableFuture<Boolean> acknowledged(Store store, Change change) {
        CompletableFuture<Boolean> out = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                out.complete(store.transact(transaction -> {
                    change.apply(transaction);
                    return true;
                }));
            } catch (StoreException e) {
                out.complete(false);
            } catch (InterruptedException | RuntimeException e) {
                out.completeExceptionally(e);
            }
        });
        return out;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Invitation invitation(int number) {
        byte[] hash = new byte[32];
        hash[0] = (byte) number;
        return new Invitation(Bytes.of(hash), String.valueOf(number), "", 1, Long.MAX_VALUE, new Open());
    }
}
