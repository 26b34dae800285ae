package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that are closed are kept ready for a moment, and nobody can tell. */
class ReadyFilesTest extends SiteTest {
    private Path path;
    private long node;

    @BeforeEach
    void makeAFile() throws Exception {
        path = site.path("a");
        Files.writeString(path, "one");
        node = client.lookup(ROOT, "a").ok().nodeId();
    }

    private Seen.Opened open(int flags) {
        return client.open(node, flags).ok();
    }

    private String read(Seen.Opened file) {
        return new String(client.read(file, 0, 100).ok(), UTF_8);
    }

    /** Opens the file for reading and closes it; gives the descriptor. */
    private int keepReady() {
        client.release(open(OpenFlags.RDONLY)).ok();
        Assumptions.assumeFalse(ground.isRemote(), "files of other machines are opened each time");
        var kept = Descriptors.open(path);
        assertThat(kept).hasSize(1);
        return kept.getFirst();
    }

    @Test
    void aFileThatIsReadAgainIsNotOpenedAgain() {
        var descriptor = keepReady();

        var again = open(OpenFlags.RDONLY);
        assertThat(Descriptors.open(path)).containsExactly(descriptor);
        assertThat(read(again)).isEqualTo("one");
        client.release(again).ok();
    }

    @Test
    void twoAtATimeHaveDescriptorsOfTheirOwn() {
        keepReady();

        var one = open(OpenFlags.RDONLY);
        var two = open(OpenFlags.RDONLY);
        assertThat(Descriptors.open(path)).hasSize(2);
        client.release(one).ok();
        assertThat(read(two)).isEqualTo("one");
        client.release(two).ok();
        assertThat(Descriptors.open(path)).hasSize(1);
    }

    @Test
    void whatChangesMeanwhileIsRead() throws Exception {
        keepReady();
        Files.writeString(path, "another");
        assertThat(read(open(OpenFlags.RDONLY))).isEqualTo("another");
    }

    @Test
    void aFileThatTakesItsPlaceIsAnother() throws Exception {
        keepReady();
        Files.move(Files.writeString(site.path("b"), "two"), path, StandardCopyOption.REPLACE_EXISTING);

        var found = client.lookup(ROOT, "a").ok().nodeId();
        assertThat(found).isNotEqualTo(node);
        assertThat(read(client.open(found, OpenFlags.RDONLY).ok())).isEqualTo("two");
    }

    @Test
    void aFileThatIsForgottenIsClosedAtOnce() {
        keepReady();
        client.unlink(ROOT, "a").ok();
        client.forget(node, 1);
        assertThat(Descriptors.open(path)).isEmpty();
        assertThat(Descriptors.open(Path.of(path + " (deleted)"))).isEmpty();
    }

    @Test
    void aFileThatWasForgottenWhileItWasOpenIsNotKept() {
        keepReady();
        var file = open(OpenFlags.RDONLY);
        client.forget(node, 1);
        client.release(file).ok();
        assertThat(Descriptors.open(path)).isEmpty();
    }

    @Test
    void whatNobodyNeedsIsClosedSoon() {
        keepReady();
        await().untilAsserted(() -> assertThat(Descriptors.open(path)).isEmpty());
    }

    @Test
    void whatWasOpenForMoreThanReadingIsClosed() {
        Assumptions.assumeFalse(ground.isRemote(), "files of other machines are closed elsewhere, later");
        client.release(open(OpenFlags.RDWR)).ok();
        client.release(open(OpenFlags.WRONLY)).ok();
        client.release(open(OpenFlags.RDWR | OpenFlags.TRUNC)).ok();
        client.release(open(OpenFlags.RDONLY | OpenFlags.SYNC)).ok();
        assertThat(Descriptors.open(path)).isEmpty();
    }

    @Test
    void whoeverWritesGetsADescriptorToWriteWith() {
        keepReady();
        var file = open(OpenFlags.RDWR);
        client.write(file, 0, "two".getBytes(UTF_8)).ok();
        assertThat(read(file)).isEqualTo("two");
        assertThat(path).hasContent("two");
    }
}
