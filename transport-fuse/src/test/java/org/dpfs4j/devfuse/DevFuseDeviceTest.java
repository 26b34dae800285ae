package org.dpfs4j.devfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.tck.Nothing;
import org.dpfs4j.tck.Parcel;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a device makes of a connection that ends or refuses, and what it counts. */
class DevFuseDeviceTest {
    private static final long LIMIT_SECONDS = 20;

    private final Lanes lanes = new Lanes(1, IoMode.AUTO);
    private final Syscalls syscalls = new Syscalls();
    private final FuseDevice endpoint =
            new FuseDevice("test", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new Nothing())), lanes);
    private final SocketMount mount = new SocketMount(Path.of("/mount"), syscalls);
    private final DevFuseDevice device = DevFuseDevice.serve(mount, 1, endpoint, lanes, syscalls);
    private final SocketMachine machine = new SocketMachine(mount.drivers());

    @AfterEach
    void close() {
        device.close();
        endpoint.close();
        lanes.close();
        syscalls.close();
    }

    /** The errno that a request is answered with. */
    private int error(RequestBytes request) {
        var answer = machine.ask(0, Parcel.of(request.bytes()));
        return -ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getInt(Integer.BYTES);
    }

    private long counted(Counter counter) {
        return device.counters().orElseThrow().value(counter);
    }

    private void assertEnds() throws Exception {
        device.ended().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void anAnswerThatIsRefusedIsToldAsAnErrorAndCounted() {
        assertThat(error(FuseRequests.init(InitFlags.INIT_EXT | InitFlags.MAX_PAGES, 1 << 20)))
                .isZero();
        // More than the socket takes in one record, as the kernel may find an answer to be too much.
        assertThat(error(FuseRequests.read(Seen.Opened.forged(1, 1), 0, 1 << 20)))
                .isEqualTo(Errno.EIO.code());
        assertThat(counted(Counter.REPLIES_REFUSED)).isEqualTo(1);
        assertThat(error(FuseRequests.getattr(Protocol.ROOT_ID))).isEqualTo(Errno.ENOSYS.code());
        machine.close();
    }

    @Test
    void theEndOfItsConnectionIsTheEndOfADevice() throws Exception {
        machine.close();
        assertEnds();
        assertThat(counted(Counter.QUEUES_BROKEN)).isZero();
        assertThat(counted(Counter.CONNECTIONS)).isEqualTo(1);
    }

    @Test
    void aConnectionThatCannotBeReadEndsTheDeviceAndIsCounted() throws Exception {
        assertThat(error(FuseRequests.getattr(Protocol.ROOT_ID))).isEqualTo(Errno.EIO.code());
        machine.send(0, Parcel.of(FuseRequests.getattr(Protocol.ROOT_ID).bytes()));
        machine.answered(0);
        // With an answer unread: ECONNRESET.
        machine.close();
        assertEnds();
        assertThat(counted(Counter.QUEUES_BROKEN)).isEqualTo(1);
    }
}
