package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.io.IOException;
import java.nio.file.Files;
import org.dpfs4j.client.Seen;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files that are found without being opened: by what their names tell, and by their handles. */
class FindingTest {
    private static final int FILES = 50;
    private static final int LISTING_BYTES = 32 << 10;

    private final Ground.Site site = Ground.MEMORY.open();
    private final Nodes nodes = ((UringShare) site.share).nodes();
    private final Syscalls syscalls = new Syscalls();
    private final FileCalls calls = new FileCalls(syscalls);
    private final int root = calls.openRoot(site.root.toString());
    private final long a = XattrMap.forGood("a");
    private final long b = XattrMap.forGood("b");

    @AfterEach
    void close() throws IOException {
        calls.close(root);
        Memory.free(a);
        Memory.free(b);
        syscalls.close();
        site.close();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(site.path(name), content);
    }

    private String content(long node) {
        var file = site.client.open(node, OpenFlags.RDONLY).ok();
        var content = new String(site.client.read(file, 0, 100).ok(), UTF_8);
        site.client.release(file).ok();
        return content;
    }

    @Test
    void aListingWithAttributesOpensNoFile() throws IOException {
        for (int i = 0; i < FILES; i++) {
            write("file" + i, "content " + i);
        }
        // Only then is asking quicker than opening; a volume is thought to be slow at first.
        warmUp();
        var before = nodes.cached();

        var directory = site.client.opendir(ROOT_ID).ok();
        var listed = site.client.readdirplus(directory, 0, LISTING_BYTES).ok().stream()
                .filter(entry -> entry.name().startsWith("file"))
                .toList();

        assertThat(listed).hasSize(FILES);
        assertThat(nodes.cached()).isEqualTo(before);
        for (var entry : listed) {
            assertThat(content(entry.entry().nodeId()))
                    .isEqualTo("content " + entry.name().substring(4));
        }
        assertThat(site.client.lookup(ROOT_ID, "file7").ok().nodeId()).isEqualTo(node(listed, "file7"));
    }

    private void warmUp() {
        for (int i = 0; i < 500; i++) {
            site.client.lookup(ROOT_ID, "missing").fails(Errno.ENOENT);
        }
    }

    private static long node(Iterable<Seen.Listed> listed, String name) {
        for (var entry : listed) {
            if (entry.name().equals(name)) {
                return entry.entry().nodeId();
            }
        }
        throw new AssertionError(name + " is not listed");
    }

    @Test
    void aHandleOfAnotherFileLeadsToNeither() throws IOException {
        write("a", "of a");
        write("b", "of b");
        // What a listing sees when the names are exchanged between its two questions. The mount is known then.
        site.client.lookup(ROOT_ID, "b").ok();
        assertThat(calls.attributes(root, a)).isZero();
        assertThat(calls.handle(root, b)).isPositive();
        var id = nodes.enterByHandle(calls);

        assertThat(id).isPositive();
        site.client.open(id, OpenFlags.RDONLY).fails(Errno.ESTALE);
        assertThat(content(site.client.lookup(ROOT_ID, "a").ok().nodeId())).isEqualTo("of a");
    }

    @Test
    void aKnownFileIsNotTakenForOneWithAnotherHandle() throws IOException {
        write("a", "of a");
        write("b", "of b");
        var known = site.client.lookup(ROOT_ID, "a").ok().nodeId();
        assertThat(calls.attributes(root, a)).isZero();
        assertThat(calls.handle(root, b)).isPositive();

        assertThat(nodes.enterByHandle(calls)).isZero();
        assertThat(calls.handle(root, a)).isPositive();
        assertThat(nodes.enterByHandle(calls)).isEqualTo(known);
        site.client.forget(known, 1);
        assertThat(content(known)).isEqualTo("of a");
        site.client.forget(known, 1);
        site.client.getattr(known).fails(Errno.ESTALE);
    }

    @Test
    void attributesAreNotTrustedOnceFilesHaveComeOrGone() throws IOException {
        write("a", "of a");
        write("b", "of b");
        var known = site.client.lookup(ROOT_ID, "a").ok().nodeId();

        var changes = nodes.changes();
        assertThat(calls.attributes(root, a)).isZero();
        assertThat(nodes.foundOpen(calls.statx(), changes)).isEqualTo(known);
        site.client.lookup(ROOT_ID, "b").ok();

        assertThat(nodes.foundOpen(calls.statx(), changes)).isZero();
        site.client.forget(known, 2);
        site.client.getattr(known).fails(Errno.ESTALE);
    }
}
