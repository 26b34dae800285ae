package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;

/** Several shares of one backend, several lanes of one share, and the end of a share. */
public interface ShareRules extends Rules {
    /** Rounds of the rules with several threads. */
    int ROUNDS = 300;

    /** Runs two tasks at once and waits for both. */
    private static <T> void together(Callable<T> one, Callable<T> other) {
        var tasks = new ArrayList<FutureTask<T>>();
        tasks.add(new FutureTask<>(one));
        tasks.add(new FutureTask<>(other));
        tasks.forEach(task -> Thread.ofPlatform().daemon().start(task));
        for (var task : tasks) {
            try {
                task.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    @Test
    default void sharesHaveNoIdInCommon() {
        var made = file("a", "mine");
        var stranger = fixture().attach(fixture().openShare(), 1);
        stranger.getattr(made.nodeId()).fails(HostileRules.UNKNOWN);
        stranger.read(made.opened(), 0, 4).fails(HostileRules.UNKNOWN);
        stranger.forget(made.nodeId(), 1);
        stranger.release(made.opened());
        assertThat(content(made.opened())).isEqualTo("mine");
        assertThat(client().getattr(made.nodeId()).isOk()).isTrue();
    }

    @Test
    default void lanesOfAShareHaveAllIdsInCommon() {
        var made = file("a", "ours");
        var other = fixture().attach(fixture().share(), 1);
        assertThat(other.lookup(ROOT, "a").ok().nodeId()).isEqualTo(made.nodeId());
        assertThat(other.read(made.opened(), 0, 4).ok()).hasSize(4);
        other.release(made.opened()).ok();
        client().read(made.opened(), 0, 4).fails(Errno.EBADF, Errno.ESTALE);
        other.forget(made.nodeId(), 2);
        client().getattr(made.nodeId()).fails(Errno.ESTALE, Errno.ENOENT);
    }

    @Test
    default void aClosedShareKnowsNothing() {
        var share = fixture().openShare();
        var guest = fixture().attach(share, 0);
        var made = guest.create(ROOT, "a", 0644).ok();
        var directory = guest.opendir(ROOT).ok();
        fixture().close(share);
        guest.read(made.opened(), 0, 4).fails(Errno.EBADF, Errno.ESTALE, Errno.EIO);
        guest.readdir(directory, 0, Client.NAMES_BYTES).fails(Errno.EBADF, Errno.ESTALE, Errno.EIO);
        guest.getattr(made.nodeId()).fails(Errno.ESTALE, Errno.ENOENT, Errno.EIO);
        assertThat(guest.release(made.opened())).isNotNull();
        guest.forget(made.nodeId(), 1);
        assertThat(client().lookup(ROOT, "a").isOk()).isTrue();
    }

    @Test
    default void aShareIsClosedWithReadsUnderWay() {
        var share = fixture().openShare();
        var guest = fixture().attach(share, 0);
        var made = guest.create(ROOT, "a", 0644).ok();
        guest.write(made.opened(), 0, new byte[100_000]).ok();
        var reads = new ArrayList<Pending<byte[]>>();
        for (int i = 0; i < 50; i++) {
            reads.add(guest.startRead(made.opened(), 0, 100_000));
        }
        fixture().close(share);
        for (var read : reads) {
            var answer = read.await();
            if (answer.isOk()) {
                assertThat(answer.value()).containsOnly(0);
            }
        }
    }

    @Test
    default void aTreeOutlivesTheShare() {
        var share = fixture().openShare();
        var guest = fixture().attach(share, 0);
        guest.mkdir(ROOT, "d", 0755).ok();
        fixture().close(share);
        var next = fixture().attach(fixture().openShare(), 0);
        assertThat(next.lookup(ROOT, "d").isOk()).isTrue();
    }

    @Test
    default void lookupsOnTwoLanesAreAllCounted() {
        var other = fixture().attach(fixture().share(), 1);
        var node = file("a", "").nodeId();
        together(() -> lookups(client(), node), () -> lookups(other, node));
        client().forget(node, 2L * ROUNDS);
        assertThat(client().getattr(node).isOk()).isTrue();
        client().forget(node, 1);
        client().getattr(node).fails(Errno.ESTALE, Errno.ENOENT);
    }

    private static Void lookups(Client guest, long node) {
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(guest.lookup(ROOT, "a").ok().nodeId()).isEqualTo(node);
        }
        return null;
    }

    @Test
    default void aLookupThatMeetsAForgetFindsALivingNode() {
        var other = fixture().attach(fixture().share(), 1);
        client().forget(file("a", "").nodeId(), 1);
        together(() -> lookupAndForget(client()), () -> lookupAndForget(other));
        var left = client().lookup(ROOT, "a").ok().nodeId();
        client().forget(left, 1);
        client().getattr(left).fails(Errno.ESTALE, Errno.ENOENT);
    }

    private static Void lookupAndForget(Client guest) {
        for (int i = 0; i < ROUNDS; i++) {
            var node = guest.lookup(ROOT, "a").ok().nodeId();
            assertThat(guest.getattr(node).isOk()).isTrue();
            guest.forget(node, 1);
        }
        return null;
    }

    @Test
    default void twoLanesWorkInOneDirectory() {
        var other = fixture().attach(fixture().share(), 1);
        together(() -> work(client(), "x"), () -> work(other, "y"));
        assertThat(client().list(ROOT)).hasSize(2 * (ROUNDS / 10)).doesNotHaveDuplicates();
    }

    /** Makes, lists and removes; a tenth of the files stays. */
    private static Void work(Client guest, String prefix) {
        for (int i = 0; i < ROUNDS; i++) {
            var made = guest.create(ROOT, prefix + i, 0644).ok();
            guest.write(made.opened(), 0, new byte[] {1, 2, 3}).ok();
            guest.release(made.opened()).ok();
            if (i % 10 == 0) {
                assertThat(guest.list(ROOT)).extracting(Seen.Listed::name).contains(prefix + i);
            } else {
                guest.rename(ROOT, prefix + i, ROOT, prefix + "gone").ok();
                guest.unlink(ROOT, prefix + "gone").ok();
            }
            guest.forget(made.nodeId(), 1);
        }
        return null;
    }

    @Test
    default void onlyOneOfTwoLanesMakesAName() {
        var other = fixture().attach(fixture().share(), 1);
        var made = new AtomicInteger();
        together(() -> claim(client(), made), () -> claim(other, made));
        assertThat(made).hasValue(ROUNDS);
    }

    private static Void claim(Client guest, AtomicInteger made) {
        for (int i = 0; i < ROUNDS; i++) {
            var answer = guest.mkdir(ROOT, "d" + i, 0755);
            if (answer.isOk()) {
                made.incrementAndGet();
            } else {
                answer.fails(Errno.EEXIST);
            }
        }
        return null;
    }
}
