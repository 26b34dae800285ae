package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;

/** Many who sync one file system. */
class VolumeSyncTest {
    @Test
    void everybodyWhoAsksIsAnsweredAndNothingStaysOpen() throws Exception {
        try (var site = Ground.MEMORY.open()) {
            var all = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < 8; i++) {
                var client = i % 2 == 0 ? site.client : site.other;
                all.add(CompletableFuture.runAsync(() -> sync(client)));
            }
            all.forEach(CompletableFuture::join);
            assertThat(site.client.syncfs(Protocol.ROOT_ID).isOk()).isTrue();
        }
    }

    private static void sync(Client client) {
        for (int i = 0; i < 50; i++) {
            client.syncfs(Protocol.ROOT_ID).ok();
        }
    }
}
