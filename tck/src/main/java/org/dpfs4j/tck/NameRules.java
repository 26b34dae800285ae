package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.dpfs4j.client.Seen;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Making, finding and removing names. */
public interface NameRules extends Rules {
    @Test
    default void whatIsNotThereIsNotFound() {
        client().lookup(ROOT, "a").fails(Errno.ENOENT);
        client().unlink(ROOT, "a").fails(Errno.ENOENT);
        client().rmdir(ROOT, "a").fails(Errno.ENOENT);
        client().rename(ROOT, "a", ROOT, "b").fails(Errno.ENOENT);
    }

    @Test
    default void whatIsThereIsNotMadeAgain() {
        var file = file("a", "").nodeId();
        client().create(ROOT, "a", 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL)
                .fails(Errno.EEXIST);
        client().mkdir(ROOT, "a", 0755).fails(Errno.EEXIST);
        client().mknod(ROOT, "a", Mode.REGULAR | 0644, 0).fails(Errno.EEXIST);
        client().symlink(ROOT, "a", new byte[] {'x'}).fails(Errno.EEXIST);
        client().link(file, ROOT, "a").fails(Errno.EEXIST);
    }

    @Test
    default void createWithoutExclusionOpensWhatIsThere() {
        var first = file("a", "old");
        var second = client().create(ROOT, "a", 0644).ok();
        assertThat(second.nodeId()).isEqualTo(first.nodeId());
        assertThat(content(second.opened())).isEqualTo("old");
    }

    @Test
    default void createOpensNoDirectoryAndCountsNoLookupOfIt() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().create(ROOT, "d", 0644).fails(Errno.EISDIR, Errno.EEXIST);
        client().forget(directory, 1);
        client().getattr(directory).fails(Errno.ESTALE, Errno.ENOENT);
    }

    @Test
    default void onlyDirectoriesHaveEntries() {
        var file = file("a", "").nodeId();
        client().lookup(file, "x").fails(Errno.ENOTDIR);
        client().mkdir(file, "x", 0755).fails(Errno.ENOTDIR);
        client().create(file, "x", 0644).fails(Errno.ENOTDIR);
        client().unlink(file, "x").fails(Errno.ENOTDIR);
        client().rmdir(ROOT, "a").fails(Errno.ENOTDIR);
    }

    @Test
    default void aDirectoryIsNotUnlinked() {
        client().mkdir(ROOT, "d", 0755).ok();
        client().unlink(ROOT, "d").fails(Errno.EISDIR, Errno.EPERM);
        assertThat(client().lookup(ROOT, "d").isOk()).isTrue();
    }

    @Test
    default void onlyAnEmptyDirectoryIsRemoved() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().mkdir(directory, "inner", 0755).ok();
        client().rmdir(ROOT, "d").fails(Errno.ENOTEMPTY, Errno.EEXIST);
        client().rmdir(directory, "inner").ok();
        client().rmdir(ROOT, "d").ok();
        client().lookup(ROOT, "d").fails(Errno.ENOENT);
    }

    @Test
    default void nothingIsMadeInARemovedDirectory() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().rmdir(ROOT, "d").ok();
        client().mkdir(directory, "x", 0755).fails(Errno.ENOENT, Errno.ESTALE);
        client().create(directory, "x", 0644).fails(Errno.ENOENT, Errno.ESTALE);
        client().lookup(directory, "x").fails(Errno.ENOENT, Errno.ESTALE);
    }

    @Test
    default void aNameMayHave255Bytes() {
        var name = "n".repeat(Limits.NAME_BYTES);
        var made = client().mkdir(ROOT, name, 0755).ok();
        assertThat(client().lookup(ROOT, name).ok().nodeId()).isEqualTo(made.nodeId());
        assertThat(client().list(ROOT)).extracting(Seen.Listed::name).containsExactly(name);
        client().rmdir(ROOT, name).ok();
    }

    @Test
    default void namesAreBytesAndNotText() {
        byte[] latin = {(byte) 0xe4, 'x'};
        byte[] other = {(byte) 0xf6, 'x'};
        var made = client().mkdir(ROOT, latin, 0755).ok();
        assertThat(client().lookup(ROOT, latin).ok().nodeId()).isEqualTo(made.nodeId());
        client().lookup(ROOT, other).fails(Errno.ENOENT);
        client().lookup(ROOT, "\ufffdx").fails(Errno.ENOENT);
    }

    @Test
    default void aSymbolicLinkKeepsItsTargetVerbatim() {
        var longest = new byte[Limits.PATH_BYTES - 1];
        Arrays.fill(longest, (byte) 'p');
        for (var target : new byte[][] {{'x'}, "../a//b/./".getBytes(UTF_8), {(byte) 0xff, '/', ' '}, longest}) {
            var link = client().symlink(ROOT, "s", target).ok();
            assertThat(link.attributes().format()).isEqualTo(Mode.SYMLINK);
            assertThat(link.attributes().sizeBytes()).isEqualTo(target.length);
            assertThat(client().readlink(link.nodeId()).ok()).isEqualTo(target);
            client().unlink(ROOT, "s").ok();
        }
    }

    @Test
    default void onlyASymbolicLinkHasATarget() {
        client().readlink(file("a", "").nodeId()).fails(Errno.EINVAL, Errno.ENOENT);
        client().readlink(ROOT).fails(Errno.EINVAL, Errno.ENOENT);
    }

    @Test
    default void specialFilesKeepTheirType() {
        assertThat(client().mknod(ROOT, "f", Mode.FIFO | 0600, 0)
                        .ok()
                        .attributes()
                        .mode())
                .isEqualTo(Mode.FIFO | 0600);
        assertThat(client().mknod(ROOT, "s", Mode.SOCKET | 0600, 0)
                        .ok()
                        .attributes()
                        .mode())
                .isEqualTo(Mode.SOCKET | 0600);
        assertThat(client().mknod(ROOT, "r", Mode.REGULAR | 0640, 0)
                        .ok()
                        .attributes()
                        .mode())
                .isEqualTo(Mode.REGULAR | 0640);
    }

    @Test
    default void hardLinksAreCounted() {
        var made = file("a", "shared");
        assertThat(made.entry().attributes().linkCount()).isEqualTo(1);
        assertThat(client().link(made.nodeId(), ROOT, "b").ok().attributes().linkCount())
                .isEqualTo(2);
        client().unlink(ROOT, "a").ok();
        assertThat(client().lookup(ROOT, "b").ok().attributes().linkCount()).isEqualTo(1);
        assertThat(content(made.opened())).isEqualTo("shared");
    }

    @Test
    default void aDirectoryHasOneNameOnly() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().link(directory, ROOT, "e").fails(Errno.EPERM);
    }

    @Test
    default void whatIsMadeHasTheModeAskedForWhateverTheServersMask() {
        assertThat(client().create(ROOT, "a", 0666).ok().entry().attributes().permissions())
                .isEqualTo(0666);
        assertThat(client().mkdir(ROOT, "d", 01777).ok().attributes().permissions())
                .isEqualTo(01777);
    }

    @Test
    default void whatIsMadeBelongsToTheCaller() {
        var root = fixture().uid() == 0;
        var uid = root ? 1234 : fixture().uid();
        var gid = root ? 4321 : fixture().gid();
        client().setattr(ROOT, in -> in.set("valid", 1).set("mode", 0777)).ok();
        client().actAs(uid, gid);
        var all = new Seen.Attributes[] {
            client().create(ROOT, "a", 0644).ok().entry().attributes(),
            client().mkdir(ROOT, "d", 0755).ok().attributes(),
            client().symlink(ROOT, "s", new byte[] {'x'}).ok().attributes(),
            client().mknod(ROOT, "f", Mode.FIFO | 0600, 0).ok().attributes()
        };
        assertThat(all).allSatisfy(made -> assertThat(made.uid()).isEqualTo(uid));
        assertThat(all).allSatisfy(made -> assertThat(made.gid()).isEqualTo(gid));
    }

    @Test
    default void nobodyMakesNothing() {
        client().actAs(-1, 0);
        client().create(ROOT, "a", 0644).fails(Errno.EINVAL, Errno.EOVERFLOW);
        client().actAs(0, -1);
        client().mkdir(ROOT, "d", 0755).fails(Errno.EINVAL, Errno.EOVERFLOW);
        client().lookup(ROOT, "a").fails(Errno.ENOENT);
        client().lookup(ROOT, "d").fails(Errno.ENOENT);
    }
}
