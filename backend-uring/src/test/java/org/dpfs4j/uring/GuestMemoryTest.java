package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;

/** A request whose memory is gone leaves nothing behind: no memory, no descriptor, no turn at anything. */
class GuestMemoryTest extends SiteTest {
    private static final byte[] NOTHING = {};
    private static final int ROUNDS = 2000;

    /** What the test keeps itself: less than half of what the smallest block would be as often. */
    private static final long NOISE_BYTES = 4 << 20;

    /** Bytes that malloc(3) has given and not got back ({@code struct mallinfo2}, which has ten fields). */
    private static long allocatedBytes() throws Throwable {
        var linker = Linker.nativeLinker();
        var layout = MemoryLayout.structLayout(
                MemoryLayout.sequenceLayout(7, ValueLayout.JAVA_LONG).withName("others"),
                ValueLayout.JAVA_LONG.withName("uordblks"),
                MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG).withName("more"));
        var mallinfo2 =
                linker.downcallHandle(linker.defaultLookup().findOrThrow("mallinfo2"), FunctionDescriptor.of(layout));
        try (var arena = Arena.ofConfined()) {
            var info = (MemorySegment) mallinfo2.invokeExact((SegmentAllocator) arena);
            return info.get(ValueLayout.JAVA_LONG, 7 * Long.BYTES);
        }
    }

    private static void leavesNoMemory(Runnable request) throws Throwable {
        request.run();
        var before = allocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            request.run();
        }
        await().untilAsserted(() -> {
            System.gc(); // the guest's own memory
            assertThat(kept(before)).isLessThan(NOISE_BYTES);
        });
    }

    private static long kept(long before) {
        try {
            return allocatedBytes() - before;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLinksTargetIsNotKept() throws Throwable {
        var link = client.symlink(ROOT, "l", "target".getBytes(UTF_8)).ok().nodeId();
        client.memoryFaults(true);
        leavesNoMemory(() -> client.readlink(link).fails(Errno.EIO));
    }

    @Test
    void anArgumentIsNotKept() throws Throwable {
        var file = client.create(ROOT, "a", 0600).ok().opened();
        client.memoryFaults(true);
        leavesNoMemory(() -> client.ioctl(file, Verity.ENABLE, new byte[Verity.ENABLE_BYTES_MAX], 0, 0)
                .fails(Errno.EIO));
        client.ioctl(file, FileFlags.SET_FLAGS, new byte[4], 0, 0).fails(Errno.EIO);
        client.memoryFaults(false);

        // Its turn was given back, so this is not EBUSY: the sizes in it do not add up.
        client.ioctl(file, Verity.ENABLE, new byte[Verity.ENABLE_BYTES_MAX], 0, 0)
                .fails(Errno.EINVAL);
        client.release(file).ok();
        await().untilAsserted(() -> assertThat(Descriptors.open(site.path("a"))).isEmpty());
    }

    @Test
    void aDirectoryIsNotHeld() {
        var directory =
                client.opendir(client.mkdir(ROOT, "d", 0700).ok().nodeId()).ok();
        client.memoryFaults(true);
        client.readdir(directory, 0, 4096).fails(Errno.EIO);
        client.memoryFaults(false);
        client.releasedir(directory).ok();
        await().untilAsserted(() -> assertThat(Descriptors.open(site.path("d"))).isEmpty());
    }

    @Test
    void answersOfCommandsAreNotKept() throws Throwable {
        var file = client.create(ROOT, "a", 0600).ok().opened();
        if (!client.ioctl(file, FileFlags.GET_FLAGS, NOTHING, 4, 0).isOk()) {
            return;
        }
        client.memoryFaults(true);
        client.ioctl(file, FileFlags.GET_FLAGS, NOTHING, 4, 0).fails(Errno.EIO);
        client.release(file).ok();
        await().untilAsserted(() -> assertThat(Descriptors.open(site.path("a"))).isEmpty());
    }
}
