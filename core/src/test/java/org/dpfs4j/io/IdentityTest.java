package org.dpfs4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final int NOBODY = -1;
    private static final int SERVER_UID = 1234;
    private static final int SERVER_GID = 1235;

    /** On a thread of its own, which takes its identity with it. */
    private static <T> T onThread(Function<Syscalls, T> task) throws Exception {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().start(() -> {
            try {
                result.complete(task.apply(new Syscalls()));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(10, TimeUnit.SECONDS);
    }

    private static int uid(Syscalls syscalls) {
        return (int) syscalls.call(Syscall.SETFSUID, NOBODY);
    }

    private static int gid(Syscalls syscalls) {
        return (int) syscalls.call(Syscall.SETFSGID, NOBODY);
    }

    /** A server that is not root may yet have the right to switch; it must not end up as root. */
    @Test
    void theServerIsWhoeverStartedIt() throws Exception {
        var after = onThread(syscalls -> {
            syscalls.call(Syscall.SETFSGID, SERVER_GID);
            syscalls.call(Syscall.SETFSUID, SERVER_UID);
            var identity = new Identity(syscalls);
            assumeTrue(identity.switchable());
            assertThat(identity.become(1, 2, NOBODY)).isTrue();
            assertThat(new int[] {uid(syscalls), gid(syscalls)}).containsExactly(1, 2);
            identity.becomeServer();
            return new int[] {uid(syscalls), gid(syscalls)};
        });
        assertThat(after).containsExactly(SERVER_UID, SERVER_GID);
    }

    @Test
    void anIdThatTheKernelIgnoresIsRefusedAndNothingChanges() throws Exception {
        onThread(syscalls -> {
            var identity = new Identity(syscalls);
            var before = uid(syscalls);
            assertThat(identity.become(NOBODY, 0, NOBODY)).isFalse();
            assertThat(identity.become(0, NOBODY, NOBODY)).isFalse();
            assertThat(uid(syscalls)).isEqualTo(before);
            return null;
        });
    }
}
