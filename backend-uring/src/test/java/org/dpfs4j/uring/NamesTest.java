package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.RenameFlags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Linking, renaming and removing. */
class NamesTest extends SiteTest {
    @BeforeEach
    void twoFiles() throws Exception {
        Files.writeString(site.path("a"), "a");
        Files.writeString(site.path("b"), "b");
    }

    private String content(String name) throws Exception {
        return Files.readString(site.path(name));
    }

    @Test
    void renamingReplacesAndKeepsTheNode() throws Exception {
        var a = client.lookup(ROOT, "a").ok().nodeId();
        var dir = client.mkdir(ROOT, "dir", 0755).ok().nodeId();

        client.rename(ROOT, "a", dir, "c").ok();
        client.rename(dir, "c", ROOT, "b").ok();

        assertThat(content("b")).isEqualTo("a");
        assertThat(client.lookup(ROOT, "b").ok().nodeId()).isEqualTo(a);
        client.lookup(ROOT, "a").fails(Errno.ENOENT);
        client.rename(ROOT, "a", ROOT, "c").fails(Errno.ENOENT);
        client.rename(ROOT, "b", ROOT, "dir").fails(Errno.EISDIR);
    }

    @Test
    void renamingWithoutReplacementLeavesWhatIsThere() throws Exception {
        client.rename(ROOT, "a", ROOT, "b", RenameFlags.NOREPLACE).fails(Errno.EEXIST);
        client.rename(ROOT, "a", ROOT, "c", RenameFlags.NOREPLACE).ok();

        assertThat(content("b")).isEqualTo("b");
        assertThat(content("c")).isEqualTo("a");
    }

    @Test
    void exchangingSwapsTwoEntries() throws Exception {
        client.rename(ROOT, "a", ROOT, "b", RenameFlags.EXCHANGE).ok();

        assertThat(content("a")).isEqualTo("b");
        assertThat(content("b")).isEqualTo("a");
        client.rename(ROOT, "a", ROOT, "missing", RenameFlags.EXCHANGE).fails(Errno.ENOENT);
    }

    @Test
    void unknownRenameFlagsAreRefused() throws Exception {
        client.rename(ROOT, "a", ROOT, "c", 8).fails(Errno.EINVAL);
        client.rename(ROOT, "a", ROOT, "c", 0x8000_0000).fails(Errno.EINVAL);
        client.rename(ROOT, "a", ROOT, "c", RenameFlags.NOREPLACE | RenameFlags.EXCHANGE)
                .fails(Errno.EINVAL);

        assertThat(content("a")).isEqualTo("a");
    }

    @Test
    void aLinkIsAnotherNameOfTheSameNode() throws Exception {
        var a = client.lookup(ROOT, "a").ok();

        var c = client.link(a.nodeId(), ROOT, "c").ok();

        assertThat(c.nodeId()).isEqualTo(a.nodeId());
        assertThat(c.attributes().linkCount()).isEqualTo(2);
        client.link(a.nodeId(), ROOT, "b").fails(Errno.EEXIST);
        client.forget(a.nodeId(), 1);
        assertThat(client.getattr(a.nodeId()).isOk()).isTrue();
        client.forget(a.nodeId(), 1);
        client.getattr(a.nodeId()).fails(Errno.ESTALE);
    }

    @Test
    void aSymbolicLinkItselfCanBeLinked() {
        var link = client.symlink(ROOT, "link", "a".getBytes(UTF_8)).ok().nodeId();

        var second = client.link(link, ROOT, "second").ok();

        assertThat(second.nodeId()).isEqualTo(link);
        assertThat(second.attributes().format()).isEqualTo(Mode.SYMLINK);
    }

    @Test
    void directoriesAreNotLinked() {
        var dir = client.mkdir(ROOT, "dir", 0755).ok().nodeId();

        client.link(dir, ROOT, "second").fails(Errno.EPERM);
    }

    @Test
    void filesAreUnlinkedAndDirectoriesRemoved() throws Exception {
        var dir = client.mkdir(ROOT, "dir", 0755).ok().nodeId();
        client.create(dir, "child", 0644).ok();

        client.unlink(ROOT, "dir").fails(Errno.EISDIR);
        client.rmdir(ROOT, "a").fails(Errno.ENOTDIR);
        client.rmdir(ROOT, "dir").fails(Errno.ENOTEMPTY);
        client.unlink(ROOT, "missing").fails(Errno.ENOENT);
        client.unlink(dir, "child").ok();
        client.rmdir(ROOT, "dir").ok();
        client.unlink(ROOT, "a").ok();

        assertThat(Files.exists(site.path("a"))).isFalse();
        assertThat(Files.exists(site.path("dir"))).isFalse();
        client.open(dir, OpenFlags.RDONLY).fails(Errno.EISDIR);
        client.create(dir, "late", 0644).fails(Errno.ENOENT);
    }

    @Test
    void aNodeStaysTheSameThroughRemovalAndANewFileOfItsName() throws Exception {
        var a = client.lookup(ROOT, "a").ok().nodeId();
        client.unlink(ROOT, "a").ok();
        Files.writeString(site.path("a"), "new");

        assertThat(client.lookup(ROOT, "a").ok().nodeId()).isNotEqualTo(a);
        assertThat(client.getattr(a).ok().sizeBytes()).isEqualTo(1);
        assertThat(client.getattr(a).ok().linkCount()).isZero();
    }
}
