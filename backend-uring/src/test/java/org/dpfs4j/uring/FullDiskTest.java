package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.Random;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small file system mounted below the root, as it fills up. */
class FullDiskTest extends SiteTest {
    private static final int PIECE = 100_000;

    @BeforeEach
    void mount() throws Exception {
        Files.createDirectory(site.path("small"));
        var status = run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=1m",
                "tmpfs",
                site.path("small").toString());
        assumeTrue(status == 0, "this test may not mount");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "--lazy", site.path("small").toString());
    }

    private static int run(String... words) throws Exception {
        return new ProcessBuilder(words).inheritIO().start().waitFor();
    }

    @Test
    void whatWasAnsweredIsThereAndWhatDoesNotFitIsAnError() throws Exception {
        var data = new byte[PIECE];
        new Random(1).nextBytes(data);
        var small = client.lookup(ROOT, "small").ok().nodeId();
        var opened = client.create(small, "a", 0644).ok().opened();
        var written = 0L;
        var last = client.write(opened, written, data);
        while (last.isOk() && written < 20 * PIECE) {
            written += last.ok();
            last = client.write(opened, written, data);
        }
        last.fails(Errno.ENOSPC);
        client.write(opened, written, new byte[2 * PIECE]).fails(Errno.ENOSPC);
        assertThat(Files.size(site.path("small/a"))).isEqualTo(written);
        var whole = Files.readAllBytes(site.path("small/a"));
        assertThat(Arrays.copyOf(whole, PIECE)).isEqualTo(data);
        assertThat(Arrays.copyOfRange(whole, 8 * PIECE, 9 * PIECE)).isEqualTo(data);

        client.unlink(small, "a").ok();
        client.release(opened).ok();
        client.forget(opened.nodeId(), 1);
        var again = client.create(small, "b", 0644).ok().opened();
        // What may wait for another machine is closed on a worker, after its RELEASE is answered.
        await().until(() -> {
            var answer = client.write(again, 0, data);
            return answer.isOk() && answer.ok() == PIECE;
        });
    }

    @Test
    void aTreeRemovedWhileItIsServedIsGoneAndNothingElse() throws Exception {
        var small = client.lookup(ROOT, "small").ok().nodeId();
        var opened = client.create(small, "a", 0644).ok().opened();
        unmount();
        Files.delete(site.path("small"));
        client.lookup(ROOT, "small").fails(Errno.ENOENT);
        assertThat(client.write(opened, 0, new byte[10]).ok()).isEqualTo(10);
        client.mkdir(ROOT, "other", 0755).ok();
        Files.createDirectory(site.path("small"));
    }
}
