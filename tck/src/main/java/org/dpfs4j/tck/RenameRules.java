package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.RenameFlags;
import org.junit.jupiter.api.Test;

/** RENAME and RENAME2. */
public interface RenameRules extends Rules {
    @Test
    default void renameMovesTheNode() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        var made = file("a", "moved");
        client().rename(ROOT, "a", directory, "b").ok();
        client().lookup(ROOT, "a").fails(Errno.ENOENT);
        assertThat(client().lookup(directory, "b").ok().nodeId()).isEqualTo(made.nodeId());
        assertThat(content(made.opened())).isEqualTo("moved");
    }

    @Test
    default void renameReplacesWhatIsThere() {
        var winner = file("a", "new");
        var loser = file("b", "old");
        client().rename(ROOT, "a", ROOT, "b").ok();
        assertThat(client().lookup(ROOT, "b").ok().nodeId()).isEqualTo(winner.nodeId());
        client().lookup(ROOT, "a").fails(Errno.ENOENT);
        assertThat(content(loser.opened())).isEqualTo("old");
        assertThat(client().getattr(loser.opened()).ok().linkCount()).isZero();
    }

    @Test
    default void renameReplacesOnlyLikeWithLike() {
        file("a", "");
        var full = client().mkdir(ROOT, "full", 0755).ok().nodeId();
        client().mkdir(full, "inner", 0755).ok();
        client().mkdir(ROOT, "empty", 0755).ok();
        client().rename(ROOT, "a", ROOT, "empty").fails(Errno.EISDIR);
        client().rename(ROOT, "empty", ROOT, "a").fails(Errno.ENOTDIR);
        client().rename(ROOT, "empty", ROOT, "full").fails(Errno.ENOTEMPTY, Errno.EEXIST);
        client().rename(ROOT, "full", ROOT, "empty").ok();
        assertThat(client().lookup(ROOT, "empty").ok().nodeId()).isEqualTo(full);
    }

    @Test
    default void aDirectoryIsNotMovedIntoItself() {
        var outer = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        var inner = client().mkdir(outer, "e", 0755).ok().nodeId();
        client().rename(ROOT, "d", inner, "f").fails(Errno.EINVAL);
        client().rename(ROOT, "d", outer, "f").fails(Errno.EINVAL);
    }

    @Test
    default void renameBetweenTwoNamesOfOneFileDoesNothing() {
        var made = file("a", "");
        client().link(made.nodeId(), ROOT, "b").ok();
        client().rename(ROOT, "a", ROOT, "b").ok();
        assertThat(client().lookup(ROOT, "a").isOk()).isTrue();
        assertThat(client().getattr(made.nodeId()).ok().linkCount()).isEqualTo(2);
    }

    @Test
    default void noReplaceReplacesNothing() {
        var first = file("a", "");
        var second = file("b", "");
        client().rename(ROOT, "a", ROOT, "b", RenameFlags.NOREPLACE).fails(Errno.EEXIST);
        assertThat(client().lookup(ROOT, "b").ok().nodeId()).isEqualTo(second.nodeId());
        client().rename(ROOT, "a", ROOT, "c", RenameFlags.NOREPLACE).ok();
        assertThat(client().lookup(ROOT, "c").ok().nodeId()).isEqualTo(first.nodeId());
    }

    @Test
    default void exchangeSwapsTwoNames() {
        var file = file("a", "");
        var outer = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        var inner = client().mkdir(outer, "e", 0755).ok().nodeId();
        client().rename(ROOT, "a", outer, "e", RenameFlags.EXCHANGE).ok();
        assertThat(client().lookup(ROOT, "a").ok().nodeId()).isEqualTo(inner);
        assertThat(client().lookup(outer, "e").ok().nodeId()).isEqualTo(file.nodeId());
        client().rename(ROOT, "a", ROOT, "missing", RenameFlags.EXCHANGE).fails(Errno.ENOENT);
    }

    @Test
    default void flagsThatMeanNothingAreRefused() {
        file("a", "");
        client().rename(ROOT, "a", ROOT, "b", 1 << 30).fails(Errno.EINVAL);
        client().rename(ROOT, "a", ROOT, "b", -1).fails(Errno.EINVAL);
        client().rename(ROOT, "a", ROOT, "b", RenameFlags.NOREPLACE | RenameFlags.EXCHANGE)
                .fails(Errno.EINVAL);
        assertThat(client().lookup(ROOT, "a").isOk()).isTrue();
    }

    @Test
    default void directoriesCountTheirSubdirectoriesAsTheyMove() {
        var from = client().mkdir(ROOT, "from", 0755).ok().nodeId();
        var to = client().mkdir(ROOT, "to", 0755).ok().nodeId();
        client().mkdir(from, "d", 0755).ok();
        client().rename(from, "d", to, "d").ok();
        client().rmdir(ROOT, "from").ok();
        client().rmdir(ROOT, "to").fails(Errno.ENOTEMPTY, Errno.EEXIST);
    }
}
