package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dpfs4j.client.Seen;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.junit.jupiter.api.Test;

/** Reading directories. */
class DirectoryTest extends SiteTest {
    private static final int LARGE = 64 << 10;

    private void files(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            Files.createFile(site.path("file-" + i));
        }
    }

    /** Names in order, duplicates kept; {@code between} runs once after the first piece. */
    private static List<Seen.Listed> read(Client on, Seen.Opened directory, int size, boolean plus, Runnable between) {
        var all = new ArrayList<Seen.Listed>();
        var cookie = 0L;
        while (true) {
            var part = plus
                    ? on.readdirplus(directory, cookie, size).ok()
                    : on.readdir(directory, cookie, size).ok();
            if (part.isEmpty()) {
                return all;
            }
            if (cookie == 0) {
                between.run();
            }
            all.addAll(part);
            cookie = part.getLast().cookie();
        }
    }

    private static List<String> names(List<Seen.Listed> entries) {
        return entries.stream().map(Seen.Listed::name).toList();
    }

    @Test
    void everyEntryIsListedOnce() throws Exception {
        files(0, 1000);
        var expected = new HashSet<String>(List.of(".", ".."));
        for (int i = 0; i < 1000; i++) {
            expected.add("file-" + i);
        }
        for (var size : new int[] {4096, 1024, LARGE}) {
            for (var plus : new boolean[] {false, true}) {
                var directory = client.opendir(ROOT).ok();
                var names = names(read(client, directory, size, plus, () -> {}));
                assertThat(names).doesNotHaveDuplicates();
                assertThat(new HashSet<>(names)).isEqualTo(expected);
                client.releasedir(directory).ok();
            }
        }
    }

    @Test
    void readingGoesOnAtItsPlaceWhileEntriesComeAndGo() throws Exception {
        files(0, 500);
        var directory = client.opendir(ROOT).ok();

        var listed = names(read(client, directory, 2048, false, () -> {
            for (int i = 0; i < 500; i += 2) {
                client.unlink(ROOT, "file-" + i).ok();
            }
            for (int i = 1000; i < 1500; i++) {
                client.mkdir(ROOT, "file-" + i, 0755).ok();
            }
        }));

        assertThat(listed).doesNotHaveDuplicates();
        for (int i = 1; i < 500; i += 2) {
            assertThat(listed).contains("file-" + i);
        }
        assertThat(names(client.list(ROOT))).hasSize(750);
    }

    @Test
    void aCookieIsAPlaceWhateverWasReadInBetween() throws Exception {
        files(0, 300);
        var directory = client.opendir(ROOT).ok();
        var first = client.readdir(directory, 0, 1024).ok();
        var second = client.readdir(directory, first.getLast().cookie(), 1024).ok();

        assertThat(client.readdir(directory, 0, 1024).ok()).isEqualTo(first);
        assertThat(client.readdir(directory, first.getLast().cookie(), 1024).ok())
                .isEqualTo(second);
        assertThat(names(client.readdir(directory, first.get(3).cookie(), 1024).ok()))
                .startsWith(first.get(4).name());
    }

    @Test
    void entriesComeWithTheirNodesAndCountALookupEach() throws Exception {
        files(0, 10);
        Files.createDirectory(site.path("dir"));
        var directory = client.opendir(ROOT).ok();

        var all = read(client, directory, 4096, true, () -> {});

        assertThat(all).hasSize(13);
        for (var listed : all) {
            if (listed.isDot()) {
                assertThat(listed.entry().nodeId()).isZero();
                continue;
            }
            var node = listed.entry().nodeId();
            assertThat(client.getattr(node).ok()).isEqualTo(listed.entry().attributes());
            assertThat(client.lookup(ROOT, listed.name()).ok().nodeId()).isEqualTo(node);
            client.forget(node, 1);
            assertThat(client.getattr(node).isOk()).isTrue();
            client.forget(node, 1);
            client.getattr(node).fails(Errno.ESTALE);
        }
    }

    @Test
    void entriesThatDoNotFitAreNotCounted() throws Exception {
        files(0, 100);
        var directory = client.opendir(ROOT).ok();

        var part = client.readdirplus(directory, 0, 1024).ok();

        assertThat(part.size()).isLessThan(10);
        for (var listed : part) {
            client.forget(listed.entry().nodeId(), 1);
        }
        assertThat(((UringShare) site.share).nodesKnown()).isZero();
    }

    @Test
    void typesAreNamedWithoutLookingUp() throws Exception {
        Files.createDirectory(site.path("dir"));
        Files.createFile(site.path("file"));
        client.mknod(ROOT, "fifo", Mode.FIFO | 0600, 0).ok();

        for (var listed : client.list(ROOT)) {
            var mode = client.lookup(ROOT, listed.name()).ok().attributes();
            assertThat(listed.type()).isEqualTo(Mode.direntType(mode.mode()));
            assertThat(listed.ino()).isEqualTo(mode.ino());
        }
    }

    @Test
    void twoLanesReadOneHandleAtOnce() throws Exception {
        files(0, 400);
        var directory = client.opendir(ROOT).ok();
        for (int round = 0; round < 5; round++) {
            var plus = round % 2 == 1;
            var here = CompletableFuture.supplyAsync(() -> names(read(client, directory, 1024, plus, () -> {})));
            var there = CompletableFuture.supplyAsync(() -> names(read(site.other, directory, 2048, !plus, () -> {})));

            assertThat(here.join()).hasSize(402).doesNotHaveDuplicates();
            assertThat(there.join()).hasSize(402).doesNotHaveDuplicates();
        }
    }

    @Test
    void hostileCookiesAndSizesAreHarmless() throws Exception {
        files(0, 20);
        var directory = client.opendir(ROOT).ok();
        for (var cookie : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 12345, 1L << 40}) {
            var answer = client.readdir(directory, cookie, 4096);
            assertThat(answer.isOk() || answer.error() == Errno.EINVAL).isTrue();
        }
        client.readdir(directory, 0, 10).fails(Errno.EINVAL);
        client.readdirplus(directory, 0, 100).fails(Errno.EINVAL);
        assertThat(client.list(ROOT)).hasSize(20);
    }

    @Test
    void aRemovedDirectoryIsEmptyAndStaysUsable() throws Exception {
        var dir = client.mkdir(ROOT, "dir", 0755).ok().nodeId();
        var directory = client.opendir(dir).ok();
        client.rmdir(ROOT, "dir").ok();

        assertThat(client.readdir(directory, 0, 4096).isOk()
                        || client.readdir(directory, 0, 4096).error() == Errno.ENOENT)
                .isTrue();
        client.mkdir(dir, "child", 0755).fails(Errno.ENOENT);
        client.releasedir(directory).ok();
    }

    @Test
    void countsStayRightWhileTwoLanesCreateListLookUpAndRemove() {
        var here = CompletableFuture.runAsync(() -> churn(client, "a"));
        var there = CompletableFuture.runAsync(() -> churn(site.other, "b"));
        here.join();
        there.join();

        assertThat(((UringShare) site.share).nodesKnown()).isZero();
        assertThat(((UringShare) site.share).handlesOpen()).isZero();
    }

    private static void churn(Client on, String prefix) {
        for (int round = 0; round < 60; round++) {
            var name = prefix + round % 7;
            var made = on.create(ROOT, name, 0644).ok();
            var directory = on.opendir(ROOT).ok();
            for (var listed : read(on, directory, 1024, true, () -> {})) {
                on.forget(listed.entry().nodeId(), 1);
            }
            on.releasedir(directory).ok();
            on.forget(on.lookup(ROOT, name).ok().nodeId(), 1);
            if (round % 3 == 0) {
                on.unlink(ROOT, name).ok();
            }
            on.release(made.opened()).ok();
            on.forget(made.nodeId(), 1);
        }
    }
}
