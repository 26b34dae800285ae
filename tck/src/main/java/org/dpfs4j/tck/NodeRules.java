package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;

/** Which nodes a guest knows: lookup counts and ids. */
public interface NodeRules extends Rules {
    @Test
    default void aNodeIsKnownUntilEveryLookupIsTakenBack() {
        var node = file("a", "").nodeId();
        client().lookup(ROOT, "a").ok();
        client().lookup(ROOT, "a").ok();
        client().forget(node, 2);
        assertThat(client().getattr(node).isOk()).isTrue();
        client().forget(node, 1);
        client().getattr(node).fails(Errno.ESTALE, Errno.ENOENT);
    }

    @Test
    default void everyAnswerWithAnEntryCountsOneLookup() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().forget(directory, 1);
        client().getattr(directory).fails(Errno.ESTALE, Errno.ENOENT);
        var link = client().symlink(ROOT, "s", new byte[] {'x'}).ok().nodeId();
        client().forget(link, 1);
        client().getattr(link).fails(Errno.ESTALE, Errno.ENOENT);
        var file = file("a", "").nodeId();
        assertThat(client().link(file, ROOT, "b").ok().nodeId()).isEqualTo(file);
        client().forget(file, 1);
        assertThat(client().getattr(file).isOk()).isTrue();
        client().forget(file, 1);
        client().getattr(file).fails(Errno.ESTALE, Errno.ENOENT);
    }

    @Test
    default void aFailedLookupCountsNothing() {
        var node = file("a", "").nodeId();
        client().lookup(ROOT, "b").fails(Errno.ENOENT);
        client().mkdir(ROOT, "a", 0755).fails(Errno.EEXIST);
        client().forget(node, 1);
        client().getattr(node).fails(Errno.ESTALE, Errno.ENOENT);
    }

    @Test
    default void takingBackMoreThanThereIsIsHarmless() {
        var node = file("a", "").nodeId();
        client().forget(node, Long.MAX_VALUE);
        client().forget(node, 1);
        client().forget(node, -1);
        client().forget(node, 0);
        client().getattr(node).fails(Errno.ESTALE, Errno.ENOENT);
        assertThat(client().lookup(ROOT, "a").isOk()).isTrue();
    }

    @Test
    default void theRootIsNeverForgotten() {
        client().forget(ROOT, Long.MAX_VALUE);
        client().forget(ROOT, 1);
        assertThat(client().getattr(ROOT).isOk()).isTrue();
    }

    @Test
    default void oneFileIsOneNodeByWhateverNameItIsFound() {
        var made = file("a", "");
        client().link(made.nodeId(), ROOT, "b").ok();
        var first = client().lookup(ROOT, "a").ok();
        var second = client().lookup(ROOT, "b").ok();
        assertThat(first.nodeId()).isEqualTo(made.nodeId());
        assertThat(second.nodeId()).isEqualTo(made.nodeId());
        assertThat(second.attributes().ino()).isEqualTo(first.attributes().ino());
    }

    @Test
    default void anIdIsNeverGivenToAnotherNode() {
        var gone = file("a", "").entry();
        client().unlink(ROOT, "a").ok();
        client().forget(gone.nodeId(), 1);
        for (int i = 0; i < 20; i++) {
            var next = file("b" + i, "").entry();
            assertThat(next.nodeId() == gone.nodeId() && next.generation() == gone.generation())
                    .isFalse();
        }
        client().getattr(gone.nodeId()).fails(Errno.ESTALE, Errno.ENOENT);
    }

    @Test
    default void anOpenFileOutlivesItsNode() {
        var made = file("a", "still here");
        client().forget(made.nodeId(), 1);
        assertThat(content(made.opened())).isEqualTo("still here");
        client().release(made.opened()).ok();
    }

    @Test
    default void aNodeOutlivesItsName() {
        var made = file("a", "nameless");
        client().release(made.opened()).ok();
        client().unlink(ROOT, "a").ok();
        assertThat(client().getattr(made.nodeId()).ok().linkCount()).isZero();
        client().lookup(ROOT, "a").fails(Errno.ENOENT);
    }
}
