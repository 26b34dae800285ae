package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.OpTimes;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Protocol;

/** A device of the transport under test with a {@link Witness} behind it, and the machine that drives it. */
final class Stand implements AutoCloseable {
    /** What has not happened by then never will, on an emulated machine that is busy, too. */
    private static final long LIMIT_NANOS = 120_000_000_000L;

    final Witness witness = new Witness(false);
    private final String tag;
    private final Transport transport;
    private final Lanes lanes;
    private final FuseDevice endpoint;
    private Device device;
    private Machine machine;
    private boolean forgiven;

    Stand(String tag, Transport transport, Lanes lanes) throws IOException {
        endpoint = new FuseDevice(tag, ClientArch.own(), Map.of("/", new FixedBackend(lane -> witness)), lanes);
        this.tag = tag;
        this.transport = transport;
        this.lanes = lanes;
        device = transport.open(tag, endpoint, lanes);
    }

    Device device() {
        return device;
    }

    /** Another device in place of the one that has ended with its connection; the same file system. */
    void reopen() throws IOException {
        device.close();
        device = transport.open(tag, endpoint, lanes);
    }

    /** Another machine than before, which has mounted the device. */
    void connect(Machine next) {
        machine = next;
        mount(next);
    }

    static void mount(Machine machine) {
        var init = FuseRequests.init(InitFlags.INIT_EXT | InitFlags.MAX_PAGES, 1 << 17);
        assertThat(Heard.of(machine.ask(1, Parcel.of(init.bytes()))).error()).isZero();
    }

    Machine machine() {
        return machine;
    }

    /** A good request. */
    static RequestBytes good() {
        return FuseRequests.getattr(Protocol.ROOT_ID);
    }

    /** A good request is answered on every queue. */
    void isServed() {
        for (int queue = 0; queue < machine.queues(); queue++) {
            assertThat(Heard.of(machine.ask(queue, Parcel.of(good().bytes()))).error())
                    .as("a good request on queue %d", queue)
                    .isZero();
        }
    }

    /** A bad request is answered with this error, which is counted, and everything goes on. */
    void refuses(RequestBytes request, Errno errno) {
        refuses(Parcel.of(request.bytes()), errno);
    }

    void refuses(Parcel parcel, Errno errno) {
        var before = errors();
        var heard = Heard.of(machine.ask(1, parcel));
        assertThat(Errno.of(heard.error())).isEqualTo(errno);
        until(() -> errors() == before + 1);
        isServed();
    }

    /** Errors of all operations, as the device counts them. */
    private long errors() {
        var sum = new long[1];
        endpoint.times((queue, times) -> sum[0] += errors(times));
        return sum[0];
    }

    private static long errors(OpTimes times) {
        var sum = 0L;
        for (int i = 0; i < times.operations().size(); i++) {
            sum += times.errors(i);
        }
        return sum;
    }

    /** How many chains could not be walked. */
    long invalidChains() {
        return device.counters().map(each -> each.value(Counter.CHAINS_INVALID)).orElse(0L);
    }

    /** Waits until something holds. */
    static void until(BooleanSupplier holds) {
        var begin = System.nanoTime();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as("nanoseconds waited").isLessThan(LIMIT_NANOS);
            LockSupport.parkNanos(100_000);
        }
    }

    /** Ends the machine's connection, however it stands. */
    void disconnect() throws IOException {
        if (machine != null) {
            machine.close();
            machine = null;
        }
    }

    /** A rule that is a declared gap has failed. */
    void forgive() {
        forgiven = true;
    }

    @Override
    public void close() throws IOException {
        disconnect();
        device.close();
        endpoint.close();
        if (!forgiven) {
            assertThat(witness.wrong()).as("what the file system was shown").isEmpty();
        }
    }
}
