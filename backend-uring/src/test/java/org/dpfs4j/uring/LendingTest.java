package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** A file that was just made has no descriptor beside that of its maker, and is all the same the file it is. */
class LendingTest extends SiteTest {
    /** Descriptors of files in the tree, of any kind. */
    private long descriptors() {
        return Arrays.stream(new File("/proc/self/fd").list())
                .filter(number -> isBelow(Path.of("/proc/self/fd", number)))
                .count();
    }

    private boolean isBelow(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(site.root);
        } catch (IOException closed) {
            return false;
        }
    }

    private byte[] content(long node) {
        var file = client.open(node, OpenFlags.RDONLY).ok();
        var content = client.read(file, 0, 100).ok();
        client.release(file).ok();
        return content;
    }

    private long create(String name, byte[] content) {
        var made = client.create(ROOT, name, 0600).ok();
        client.write(made.opened(), 0, content).ok();
        client.release(made.opened()).ok();
        return made.entry().nodeId();
    }

    @Test
    void whatWasClosedIsFoundAgain() throws Exception {
        var node = create("a", "first".getBytes(UTF_8));
        assertThat(content(node)).asString().isEqualTo("first");
        client.rename(ROOT, "a", ROOT, "b").ok();
        Files.writeString(site.path("a"), "other");

        assertThat(content(node)).asString().isEqualTo("first");
        assertThat(client.lookup(ROOT, "b").ok().nodeId()).isEqualTo(node);
        assertThat(client.lookup(ROOT, "a").ok().nodeId()).isNotEqualTo(node);
    }

    @Test
    void whatIsRemovedWhileItIsOpenLivesUntilItIsForgotten() {
        var before = descriptors();
        var made = client.create(ROOT, "a", 0600).ok();
        var node = made.entry().nodeId();
        client.write(made.opened(), 0, "kept".getBytes(UTF_8)).ok();
        client.unlink(ROOT, "a").ok();
        assertThat(client.getattr(node).ok().sizeBytes()).isEqualTo(4);
        client.release(made.opened()).ok();

        assertThat(content(node)).asString().isEqualTo("kept");
        client.truncate(node, 2).ok();
        assertThat(content(node)).asString().isEqualTo("ke");
        client.forget(node, 1);
        await().until(() -> descriptors() <= before);
    }

    @Test
    void whoClosesFirstTakesNothingFromTheOther() {
        var first = client.create(ROOT, "a", 0600).ok();
        var node = first.entry().nodeId();
        var second =
                client.create(ROOT, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT).ok();
        assertThat(second.entry().nodeId()).isEqualTo(node);
        client.release(first.opened()).ok();
        client.write(second.opened(), 0, "second".getBytes(UTF_8)).ok();
        client.unlink(ROOT, "a").ok();
        assertThat(client.getattr(node).ok().sizeBytes()).isEqualTo(6);
        client.release(second.opened()).ok();

        assertThat(content(node)).asString().isEqualTo("second");
    }

    @Test
    void aGuestThatForgetsWhatItHasOpenClosesNothingByThat() throws Exception {
        var made = client.create(ROOT, "a", 0600).ok();
        client.forget(made.entry().nodeId(), 1);
        client.write(made.opened(), 0, "still open".getBytes(UTF_8)).ok();
        var again = client.lookup(ROOT, "a").ok().nodeId();
        client.release(made.opened()).ok();

        assertThat(content(again)).asString().isEqualTo("still open");
        assertThat(Files.readString(site.path("a"))).isEqualTo("still open");
    }

    @Test
    void aThousandOfThemLeaveNoDescriptorBehind() {
        var nodes = new long[1000];
        create("warm", new byte[1]);
        var before = descriptors();
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = create("f" + i, new byte[] {1});
        }
        for (var node : nodes) {
            client.forget(node, 1);
        }
        await().until(() -> descriptors() <= before);
    }
}
