package org.dpfs4j.load;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.memory.Memory;

/** The device's side of one split ring in this process, without the protocol of the socket: a test answers as it likes. */
final class SilentDevice implements AutoCloseable {
    private static final int ENTRIES = 64;
    private static final VarHandle INDEX = JAVA_SHORT.varHandle();

    private final ServerSocketChannel listening;
    private final SocketChannel connection;
    private final VhostUserFrontEnd driver;
    private final DriverQueue queue;
    private final long toHost;
    private int taken;
    private int given;

    /** A request as the device finds it. */
    record Found(int id, long unique, long answer) {}

    SilentDevice(Path socket) throws IOException {
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        var features = DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX;
        driver = new VhostUserFrontEnd(socket, new Shape(Manner.QEMU, 1, ENTRIES, features));
        connection = listening.accept();
        queue = driver.addQueue();
        toHost = driver.ram().host(VhostUserFrontEnd.RAM) - VhostUserFrontEnd.RAM;
    }

    VhostUserFrontEnd driver() {
        return driver;
    }

    DriverQueue queue() {
        return queue;
    }

    /** Waits for the next request; its answer's header is to be written at {@link Found#answer}. */
    Found take() {
        var available = queue.ring().available() + toHost;
        while (((short) INDEX.getAcquire(Memory.ALL, available + 2) & 0xffff) == taken) {
            Thread.onSpinWait();
        }
        var head = Memory.ALL.get(JAVA_SHORT, available + 4 + 2L * (taken++ % ENTRIES));
        var descriptor = queue.ring().descriptors() + toHost + 16L * head;
        var table = Memory.ALL.get(JAVA_LONG_UNALIGNED, descriptor) + toHost;
        var unique = Memory.ALL.get(JAVA_LONG_UNALIGNED, at(table, 0) + 8);
        var writable = 0;
        while ((Memory.ALL.get(JAVA_INT_UNALIGNED, table + 16L * writable + 12) & DriverRing.WRITE) == 0) {
            writable++;
        }
        return new Found(head, unique, at(table, writable));
    }

    private long at(long table, int index) {
        return Memory.ALL.get(JAVA_LONG_UNALIGNED, table + 16L * index) + toHost;
    }

    /** Gives a chain back with a header. */
    void give(int id, int usedLength, long answer, int length, int error, long unique) {
        Memory.ALL.set(JAVA_INT_UNALIGNED, answer, length);
        Memory.ALL.set(JAVA_INT_UNALIGNED, answer + 4, error);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, answer + 8, unique);
        var used = queue.ring().used() + toHost;
        Memory.ALL.set(JAVA_INT_UNALIGNED, used + 4 + 8L * (given % ENTRIES), id);
        Memory.ALL.set(JAVA_INT_UNALIGNED, used + 8 + 8L * (given % ENTRIES), usedLength);
        given++;
        INDEX.setRelease(Memory.ALL, used + 2, (short) given);
    }

    /** Hangs up. */
    void hangUp() throws IOException {
        connection.close();
    }

    @Override
    public void close() throws IOException {
        connection.close();
        listening.close();
        driver.close();
    }
}
