package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.junit.jupiter.api.Test;

/** A file on its way into the table of nodes, on two lanes at once. */
class EnteringTest {
    /** What the first two entries beside the root are called: a guest can foresee it. */
    private static final long[] FORESEEN = {1L << 32 | 2, 1L << 32 | 3};

    @Test
    void aForeseenIdNeverLeadsToADescriptorThatIsClosed() throws Exception {
        var never = new BudgetConfig(1000, 1000, 0, FileHandles.NEVER);
        try (var site = Ground.MEMORY.open(config -> config.with(never))) {
            Files.writeString(site.path("a"), "x");
            var nodes = ((UringShare) site.share).nodes();
            var held = new FileNode[FORESEEN.length];
            var first = new CompletableFuture<Long>();
            var second = new CompletableFuture<Long>();
            locked(stripes(nodes), 0, () -> {
                // Both have placed their node when they wait for the index.
                Thread.ofPlatform().daemon().start(() -> first.complete(enter(nodes, site)));
                Thread.ofPlatform().daemon().start(() -> second.complete(enter(nodes, site)));
                for (int i = 0; i < FORESEEN.length; i++) {
                    held[i] = hold(nodes, FORESEEN[i]);
                }
            });

            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(second.get(10, TimeUnit.SECONDS));
            var inode = (long) Files.getAttribute(site.path("a"), "unix:ino");
            for (var node : held) {
                assertThat(inode(node)).isEqualTo(inode);
                node.fd().release();
            }
            assertThat(nodes.pinned()).isEqualTo(1);
        }
    }

    private static Object[] stripes(Nodes nodes) throws ReflectiveOperationException {
        var index = Nodes.class.getDeclaredField("index");
        index.setAccessible(true);
        var stripes = NodeIndex.class.getDeclaredField("stripes");
        stripes.setAccessible(true);
        return (Object[]) stripes.get(index.get(nodes));
    }

    private static void locked(Object[] monitors, int from, Runnable action) {
        if (from == monitors.length) {
            action.run();
            return;
        }
        synchronized (monitors[from]) {
            locked(monitors, from + 1, action);
        }
    }

    private static long enter(Nodes nodes, Ground.Site site) {
        var syscalls = new Syscalls();
        var name = XattrMap.forGood("a");
        try {
            var calls = new FileCalls(syscalls);
            var root = calls.openRoot(site.root.toString());
            var fd = calls.openName(root, name, false);
            calls.close(root);
            calls.attributes(fd);
            return nodes.enter(calls, fd, Nodes.Room.NONE);
        } finally {
            Memory.free(name);
            syscalls.close();
        }
    }

    private static FileNode hold(Nodes nodes, long id) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end) {
            var node = nodes.hold(id);
            if (node != null) {
                return node;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("nothing is entered under " + Long.toHexString(id));
    }

    /** The inode that a descriptor stands for, or -1 when it is closed. */
    private static long inode(FileNode node) {
        var syscalls = new Syscalls();
        try {
            var calls = new FileCalls(syscalls);
            return calls.attributes(node.fd().number()) == 0 ? calls.statx().ino() : -1;
        } finally {
            syscalls.close();
        }
    }
}
