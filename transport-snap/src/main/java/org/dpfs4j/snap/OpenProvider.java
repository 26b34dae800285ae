package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dpfs4j.metrics.ProviderCount;
import org.dpfs4j.snap.Provider.Function;

/**
 * What a provider has opened: its functions with their handle. Results are the C functions', with a negative errno for an
 * error; which thread may call what is said in {@code vfsp.h}.
 */
final class OpenProvider {
    private final Provider provider;
    private final long handle;
    private final MemorySegment pollIo;
    private final MemorySegment complete;
    private final MemorySegment arm;
    private boolean closed;

    OpenProvider(Provider provider, long handle) {
        this.provider = provider;
        this.handle = handle;
        pollIo = provider.address(Function.POLL_IO);
        complete = provider.address(Function.COMPLETE);
        arm = provider.address(Function.ARM);
    }

    Provider provider() {
        return provider;
    }

    long handle() {
        return handle;
    }

    /** What a device really got. */
    FunctionInfo info(int device) throws ProviderException {
        try (var arena = Arena.ofConfined()) {
            var struct = arena.allocate(FunctionInfo.BYTES, Long.BYTES);
            check("tell of its device " + device, provider.call(Function.INFO, handle, device, struct.address(), 0));
            return FunctionInfo.of(struct);
        }
    }

    /** Lets hosts in. */
    void start() throws ProviderException {
        check("start", provider.call(Function.START, handle, 0, 0, 0));
    }

    private void check(String what, int result) throws ProviderException {
        if (result < 0) {
            throw new ProviderException(
                    "the provider " + provider.library() + " cannot " + what + ": " + DynamicLinker.describe(-result));
        }
    }

    int attach(int group, int cpu) {
        return provider.call(Function.ATTACH, handle, group, cpu, 0);
    }

    int pollIo(int group, long requests, int max) {
        return DynamicLinker.call(pollIo, handle, group, requests, max);
    }

    int pollControl(long events, int max) {
        return provider.call(Function.POLL_CTL, handle, events, max, 0);
    }

    int complete(int group, long completions, int count) {
        return DynamicLinker.call(complete, handle, group, completions, count);
    }

    int post(int group, long completions, int count) {
        return provider.call(Function.POST, handle, group, completions, count);
    }

    int waitDescriptor(int group) {
        return provider.call(Function.WAIT_FD, handle, group, 0, 0);
    }

    int arm(int group) {
        return DynamicLinker.call(arm, handle, group, 0, 0);
    }

    int resetDone(int device, int generation) {
        return provider.call(Function.RESET_DONE, handle, device, Integer.toUnsignedLong(generation), 0);
    }

    int stop() {
        return provider.call(Function.STOP, handle, 0, 0, 0);
    }

    int detach(int group) {
        return provider.call(Function.DETACH, handle, group, 0, 0);
    }

    synchronized int close() {
        closed = true;
        return provider.call(Function.CLOSE, handle, 0, 0, 0);
    }

    /** The numbers of a group by {@link ProviderCount#ordinal}, as many as the provider tells; none when it is closed. Any thread. */
    synchronized long[] counts(int group) {
        if (closed) {
            return new long[0];
        }
        try (var arena = Arena.ofConfined()) {
            var most = ProviderCount.values().length;
            var values = arena.allocate((long) Long.BYTES * most, Long.BYTES);
            var told = Math.clamp(provider.call(Function.STATS, handle, group, values.address(), most), 0, most);
            return values.asSlice(0, (long) Long.BYTES * told).toArray(JAVA_LONG);
        }
    }

    /** One number of a group; 0 where the provider does not tell. */
    long count(int group, ProviderCount count) {
        var counts = counts(group);
        return count.ordinal() < counts.length ? counts[count.ordinal()] : 0;
    }

    @Override
    public String toString() {
        return provider.library().toString();
    }
}
