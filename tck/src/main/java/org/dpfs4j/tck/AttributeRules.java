package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.Test;

/** Attributes of nodes and of the file system. */
public interface AttributeRules extends Rules {
    /** 2001-09-09, a second that no test runs in. */
    long PAST = 1_000_000_000;

    @Test
    default void theRootIsADirectory() {
        var root = client().getattr(ROOT).ok();
        assertThat(root.format()).isEqualTo(Mode.DIRECTORY);
        assertThat(root.ino()).isNotZero();
        assertThat(root.linkCount()).isPositive();
    }

    @Test
    default void lookupAndGetattrAgree() {
        file("a", "content");
        var entry = client().lookup(ROOT, "a").ok();
        assertThat(client().getattr(entry.nodeId()).ok()).isEqualTo(entry.attributes());
        assertThat(entry.attributes().ino()).isNotZero();
    }

    @Test
    default void anOpenFileHasItsNodesAttributes() {
        var made = file("a", "content");
        assertThat(client().getattr(made.opened()).ok())
                .isEqualTo(client().getattr(made.nodeId()).ok());
    }

    @Test
    default void settingTheModeSetsNothingElse() {
        var before = client().getattr(file("a", "x").nodeId()).ok();
        var node = client().lookup(ROOT, "a").ok().nodeId();
        var after = client().setattr(
                        node, in -> in.set("valid", SetattrValid.MODE).set("mode", Mode.REGULAR | 0604))
                .ok();
        assertThat(after.mode()).isEqualTo(Mode.REGULAR | 0604);
        assertThat(after.sizeBytes()).isEqualTo(1);
        assertThat(after.mtime()).isEqualTo(before.mtime());
        assertThat(after.uid()).isEqualTo(before.uid());
        assertThat(client().getattr(node).ok()).isEqualTo(after);
    }

    @Test
    default void theModeDoesNotChangeTheType() {
        var node = file("a", "").nodeId();
        client().setattr(node, in -> in.set("valid", SetattrValid.MODE).set("mode", Mode.DIRECTORY | 0700));
        assertThat(client().getattr(node).ok().format()).isEqualTo(Mode.REGULAR);
    }

    @Test
    default void ownerAndGroupAreSetOneByOne() {
        var root = fixture().uid() == 0;
        var uid = root ? 1001 : fixture().uid();
        var gid = root ? 1002 : fixture().gid();
        var made = file("a", "");
        var owned = client().setattr(
                        made.nodeId(),
                        in -> in.set("valid", SetattrValid.UID).set("uid", uid).set("gid", 77))
                .ok();
        assertThat(owned.uid()).isEqualTo(uid);
        assertThat(owned.gid()).isEqualTo(made.entry().attributes().gid());
        var grouped = client().setattr(
                        made.nodeId(),
                        in -> in.set("valid", SetattrValid.GID).set("uid", 77).set("gid", gid))
                .ok();
        assertThat(grouped.uid()).isEqualTo(uid);
        assertThat(grouped.gid()).isEqualTo(gid);
    }

    @Test
    default void timesAreSetToTheNanosecond() {
        var node = file("a", "").nodeId();
        var set = client().setattr(
                        node,
                        in -> in.set("valid", SetattrValid.ATIME | SetattrValid.MTIME)
                                .set("atime", PAST)
                                .set("atimensec", 123_456_789)
                                .set("mtime", PAST + 1)
                                .set("mtimensec", 999_999_999))
                .ok();
        assertThat(set.atime()).isEqualTo(new Seen.Time(PAST, 123_456_789));
        assertThat(set.mtime()).isEqualTo(new Seen.Time(PAST + 1, 999_999_999));
        assertThat(client().getattr(node).ok()).isEqualTo(set);
    }

    @Test
    default void oneTimeIsSetWithoutTheOther() {
        var node = file("a", "").nodeId();
        var before = client().getattr(node).ok();
        var set = client().setattr(
                        node, in -> in.set("valid", SetattrValid.MTIME).set("mtime", PAST))
                .ok();
        assertThat(set.mtime()).isEqualTo(new Seen.Time(PAST, 0));
        assertThat(set.atime()).isEqualTo(before.atime());
    }

    @Test
    default void nowIsTheServersPresent() {
        var node = file("a", "").nodeId();
        client().setattr(
                        node,
                        in -> in.set("valid", SetattrValid.ATIME | SetattrValid.MTIME)
                                .set("atime", PAST)
                                .set("mtime", PAST))
                .ok();
        var now = SetattrValid.ATIME | SetattrValid.ATIME_NOW | SetattrValid.MTIME | SetattrValid.MTIME_NOW;
        var set = client().setattr(
                        node, in -> in.set("valid", now).set("atime", PAST).set("mtime", PAST))
                .ok();
        assertThat(set.atime().seconds()).isGreaterThan(PAST);
        assertThat(set.mtime().seconds()).isGreaterThan(PAST);
    }

    @Test
    default void nanosecondsOfASecondOrMoreAreRefused() {
        var made = file("a", "");
        var nanos = new long[] {1_000_000_000, (1 << 30) - 1, (1 << 30) - 2, -1};
        for (var hostile : nanos) {
            client().setattr(
                            made.nodeId(),
                            in -> in.set("valid", SetattrValid.MTIME)
                                    .set("mtime", 5)
                                    .set("mtimensec", hostile))
                    .fails(Errno.EINVAL);
        }
        assertThat(client().getattr(made.nodeId()).ok().mtime())
                .isEqualTo(made.entry().attributes().mtime());
    }

    @Test
    default void writingChangesTheModificationTime() {
        var made = file("a", "");
        client().setattr(
                        made.nodeId(), in -> in.set("valid", SetattrValid.MTIME).set("mtime", PAST))
                .ok();
        client().write(made.opened(), 0, "x".getBytes(UTF_8)).ok();
        assertThat(client().getattr(made.nodeId()).ok().mtime().seconds()).isGreaterThan(PAST);
    }

    @Test
    default void makingAnEntryChangesTheDirectorysModificationTime() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().setattr(directory, in -> in.set("valid", SetattrValid.MTIME).set("mtime", PAST))
                .ok();
        client().create(directory, "a", 0644).ok();
        assertThat(client().getattr(directory).ok().mtime().seconds()).isGreaterThan(PAST);
    }

    @Test
    default void anOpenFileIsTruncatedByItsHandle() {
        var file = file("a", "content").opened();
        var set = client().setattr(
                        file.nodeId(),
                        in -> in.set("valid", SetattrValid.SIZE | SetattrValid.FH)
                                .set("fh", file.handle())
                                .set("size", 3))
                .ok();
        assertThat(set.sizeBytes()).isEqualTo(3);
        assertThat(content(file)).isEqualTo("con");
    }

    @Test
    default void settingNothingAnswersTheAttributes() {
        var made = file("a", "x");
        assertThat(client().setattr(made.nodeId(), in -> in).ok().sizeBytes()).isEqualTo(1);
    }

    @Test
    default void attributesOfASymbolicLinkAreItsOwn() {
        var target = file("a", "12345").nodeId();
        var link = client().symlink(ROOT, "s", "a".getBytes(UTF_8)).ok().nodeId();
        client().setattr(link, in -> in.set("valid", SetattrValid.MTIME).set("mtime", PAST))
                .ok();
        assertThat(client().getattr(link).ok().mtime().seconds()).isEqualTo(PAST);
        assertThat(client().getattr(target).ok().mtime().seconds()).isGreaterThan(PAST);
        client().truncate(link, 0).fails(Errno.EINVAL, Errno.ELOOP, Errno.EBADF, Errno.EPERM);
        assertThat(client().getattr(target).ok().sizeBytes()).isEqualTo(5);
    }

    @Test
    default void theFileSystemsStateMakesSense() {
        var space = client().statfs(ROOT).ok();
        assertThat(space.freeBlocks()).isBetween(0L, space.blocks());
        assertThat(space.availableBlocks()).isBetween(0L, space.freeBlocks());
        assertThat(space.blockBytes()).isPositive();
        assertThat(space.fragmentBytes()).isPositive();
        assertThat(space.nameMax()).isEqualTo(255);
    }
}
