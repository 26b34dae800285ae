package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/**
 * A VMM and a guest's driver in this process: negotiation, memory and queues of one vhost-user device. Any number of queues, split
 * or packed, with chains cut as the caller likes; used chains are waited for by looking or asleep. One thread.
 *
 * <pre>{@code
 * var shape = new Shape(Manner.QEMU, 2, 128, DriverRing.VERSION_1 | DriverRing.EVENT_IDX);
 * try (var device = VhostUserFrontEnd.started(socket, shape)) {
 *     var queue = device.queue(1);
 *     queue.ring().add(List.of(new Buffer(request, 56, false), new Buffer(reply, 120, true)), false);
 *     device.kick(queue);
 *     var used = device.await(queue);
 * }
 * }</pre>
 */
public final class VhostUserFrontEnd implements AutoCloseable {
    /** Where guest memory begins. */
    public static final long RAM = 0x4000_0000L;

    /** Guest memory in bytes, unless a shape says otherwise. */
    public static final long RAM_BYTES = 64L << 20;

    private static final long PROTOCOL_FEATURES = 1L << 30;
    private static final int POLLIN = 1;
    private static final int POLLRDHUP = 0x2000;
    private static final long PAUSE_NANOS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** In which order and form the messages of the set-up come. */
    public enum Manner {
        /** Acknowledgements wanted, memory table, address after base, kick, call, then enabled. */
        QEMU,
        /** Memory region by region; call before kick. */
        CLOUD_HYPERVISOR,
        /** Answers wanted before that is agreed on; a memory table with spare room; enabled before the kick. */
        USER_MODE_LINUX,
        /** No protocol features: rings are enabled from the start. */
        OLD
    }

    /**
     * A virtual machine.
     *
     * @param manner what kind of VMM
     * @param queues how many, hiprio included
     * @param entries of each ring; a power of two when it is split
     * @param features device features to accept, without the protocol bit
     * @param ramBytes guest memory, a multiple of the page
     */
    public record Shape(Manner manner, int queues, int entries, long features, long ramBytes) {
        /** A machine with {@link #RAM_BYTES} of memory. */
        public Shape(Manner manner, int queues, int entries, long features) {
            this(manner, queues, entries, features, RAM_BYTES);
        }
    }

    private final Syscalls syscalls = new Syscalls();
    private final Shape shape;
    private final GuestRam ram;
    private final FrontEndSocket connection;
    private final List<DriverQueue> queues = new ArrayList<>();

    /** What the device said to be its most, or 0. */
    private long queuesOffered;

    /** Connects to a device; nothing is said yet. */
    public VhostUserFrontEnd(Path socket, Shape shape) throws IOException {
        this.shape = shape;
        ram = new GuestRam(syscalls);
        try {
            ram.add(RAM, shape.ramBytes());
            connection = new FrontEndSocket(syscalls, socket);
        } catch (IOException | RuntimeException e) {
            ram.close();
            syscalls.close();
            throw e;
        }
    }

    /**
     * A machine whose queues run.
     *
     * @throws IOException when nobody listens there, or when the device does not offer or take what the shape asks for
     */
    public static VhostUserFrontEnd started(Path socket, Shape shape) throws IOException {
        var driver = new VhostUserFrontEnd(socket, shape);
        try {
            driver.start();
            return driver;
        } catch (IOException | RuntimeException e) {
            driver.close();
            throw e;
        }
    }

    private void start() throws IOException {
        negotiate();
        if (queuesOffered > 0 && queuesOffered < shape.queues()) {
            throw new IOException(
                    "the device has " + queuesOffered + " queues, hiprio included; " + shape.queues() + " are wanted");
        }
        sendMemory();
        for (int i = 0; i < shape.queues(); i++) {
            addQueue();
        }
        for (var queue : queues) {
            start(queue, queue.ring().firstBase());
        }
    }

    /** The connection, for messages of one's own. */
    public FrontEndSocket socket() {
        return connection;
    }

    /** The guest's memory. */
    public GuestRam ram() {
        return ram;
    }

    /** System calls of the driver's thread. */
    public Syscalls syscalls() {
        return syscalls;
    }

    /** The queues added so far. */
    public List<DriverQueue> queues() {
        return queues;
    }

    /** Queue {@code index}. */
    public DriverQueue queue(int index) {
        return queues.get(index);
    }

    /** Agrees on features. */
    public void negotiate() throws IOException {
        connection.send(FrontEndSocket.SET_OWNER, 0, FrontEndSocket.payload(0));
        var offered = connection.get(FrontEndSocket.GET_FEATURES);
        if ((shape.features() & ~offered) != 0) {
            throw new IOException("not offered: 0x" + Long.toHexString(shape.features() & ~offered));
        }
        if (shape.manner() != Manner.OLD) {
            var protocol = connection.get(FrontEndSocket.GET_PROTOCOL_FEATURES);
            if (shape.manner() == Manner.USER_MODE_LINUX) {
                set(FrontEndSocket.SET_PROTOCOL_FEATURES, FrontEndSocket.u64(protocol));
            } else {
                connection.send(FrontEndSocket.SET_PROTOCOL_FEATURES, 0, FrontEndSocket.u64(protocol));
            }
            queuesOffered = connection.get(FrontEndSocket.GET_QUEUE_NUM);
        }
        var protocolBit = shape.manner() == Manner.OLD ? 0 : PROTOCOL_FEATURES;
        set(FrontEndSocket.SET_FEATURES, FrontEndSocket.u64(shape.features() | protocolBit));
    }

    /** Sends a message as this kind of VMM does: acknowledged or not. */
    public void set(int request, ByteBuffer payload, Fd... fds) throws IOException {
        if (shape.manner() != Manner.OLD) {
            var answer = connection.acknowledged(request, payload, fds);
            if (answer != 0) {
                throw new IOException("message " + request + " was refused: " + answer);
            }
        } else {
            connection.send(request, 0, payload, fds);
        }
    }

    /** Tells the device all regions of memory. */
    public void sendMemory() throws IOException {
        if (shape.manner() == Manner.CLOUD_HYPERVISOR) {
            for (var region : ram.regions()) {
                set(FrontEndSocket.ADD_MEM_REG, single(region), region.file());
            }
        } else {
            sendMemoryTable();
        }
    }

    /** Tells the device all regions of memory in one table. */
    public void sendMemoryTable() throws IOException {
        var regions = ram.regions();
        var spare = shape.manner() == Manner.USER_MODE_LINUX ? 1 : 0;
        var payload = FrontEndSocket.payload(8 + 32 * (regions.size() + spare))
                .putInt(regions.size())
                .putInt(0);
        regions.forEach(region -> put(payload, region));
        set(
                FrontEndSocket.SET_MEM_TABLE,
                payload.rewind(),
                regions.stream().map(GuestRam.Region::file).toArray(Fd[]::new));
    }

    /** The payload of ADD_MEM_REG and REM_MEM_REG. */
    public static ByteBuffer single(GuestRam.Region region) {
        return put(FrontEndSocket.payload(40).putLong(0), region).flip();
    }

    private static ByteBuffer put(ByteBuffer payload, GuestRam.Region region) {
        return payload.putLong(region.guestAddress())
                .putLong(region.size())
                .putLong(region.userAddress())
                .putLong(region.fileOffset());
    }

    /** Makes the next queue's ring in guest memory; the device does not know of it yet. */
    public DriverQueue addQueue() {
        DriverRing ring = (shape.features() & DriverRing.RING_PACKED) != 0
                ? new PackedDriverRing(ram, shape.entries(), shape.features())
                : new SplitDriverRing(ram, shape.entries(), shape.features());
        var queue = new DriverQueue(queues.size(), ring, EventFd.open(syscalls), EventFd.open(syscalls));
        queues.add(queue);
        return queue;
    }

    /** Sets a queue up and starts it. */
    public void start(DriverQueue queue, int base) throws IOException {
        var index = queue.index();
        set(FrontEndSocket.SET_VRING_NUM, FrontEndSocket.state(index, shape.entries()));
        set(FrontEndSocket.SET_VRING_BASE, FrontEndSocket.state(index, base));
        sendAddresses(queue);
        switch (shape.manner()) {
            case QEMU -> {
                set(FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(index), queue.kick());
                set(FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(index), queue.call());
                set(FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(index, 1));
            }
            case CLOUD_HYPERVISOR -> {
                set(FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(index), queue.call());
                set(FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(index), queue.kick());
                set(FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(index, 1));
            }
            case USER_MODE_LINUX -> {
                set(FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(index), queue.call());
                set(FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(index, 1));
                set(FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(index), queue.kick());
            }
            case OLD -> {
                set(FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(index), queue.call());
                set(FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(index), queue.kick());
            }
        }
    }

    /** Tells the device where a queue's ring is. */
    public void sendAddresses(DriverQueue queue) throws IOException {
        set(
                FrontEndSocket.SET_VRING_ADDR,
                FrontEndSocket.payload(40)
                        .putInt(queue.index())
                        .putInt(0)
                        .putLong(ram.host(queue.ring().descriptors()))
                        .putLong(ram.host(queue.ring().used()))
                        .putLong(ram.host(queue.ring().available()))
                        .putLong(0)
                        .flip());
    }

    /** Stops a queue; returns where it is to go on. */
    public int stop(DriverQueue queue) throws IOException {
        connection.send(FrontEndSocket.GET_VRING_BASE, 0, FrontEndSocket.state(queue.index(), 0));
        var answer = connection.receive(FrontEndSocket.GET_VRING_BASE);
        if (answer.getInt(0) != queue.index()) {
            throw new IOException("GET_VRING_BASE of " + queue.index() + " answered for " + answer.getInt(0));
        }
        return answer.getInt(4);
    }

    /** Kicks when the device wants it. */
    public void kick(DriverQueue queue) {
        if (queue.ring().wantsKick()) {
            EventFd.signal(syscalls, queue.kick());
        }
    }

    /**
     * Waits for a used chain by looking at the ring, as a polling guest does.
     *
     * @throws IllegalStateException when the device gives nothing back for long
     */
    public Used await(DriverQueue queue) {
        return poll(queue, PATIENCE)
                .orElseThrow(() -> new IllegalStateException("queue " + queue.index() + " gives nothing back"));
    }

    /** Waits for a used chain by looking at the ring; empty when none comes in {@code limit}. */
    public Optional<Used> poll(DriverQueue queue, Duration limit) {
        var end = System.nanoTime() + limit.toNanos();
        var used = queue.ring().take();
        while (used.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
            used = queue.ring().take();
        }
        return used;
    }

    /**
     * Waits for a used chain asleep, as a guest that is interrupted does; empty when none comes in {@code limit}, or when the device
     * has hung up.
     */
    public Optional<Used> sleep(DriverQueue queue, Duration limit) {
        var end = System.nanoTime() + limit.toNanos();
        while (true) {
            queue.ring().wantCalls(true);
            var used = queue.ring().take();
            var rest = end - System.nanoTime();
            if (used.isPresent() || rest <= 0) {
                return used;
            }
            // Whether it was a call, an old one or a signal of this process: the ring says.
            if (awaitCall(syscalls, queue.call(), Duration.ofNanos(rest)) == Wake.HUNG_UP) {
                return queue.ring().take();
            }
        }
    }

    /** What ended a sleep. */
    public enum Wake {
        /** The device has signalled. */
        CALLED,
        /** Nothing has happened for as long as was allowed, or a signal of this process has. */
        NOTHING,
        /** The device has closed the connection: nothing more will come. */
        HUNG_UP
    }

    /** Waits for a signal of the device, as a guest's interrupt does; false when none comes in {@code limit}. */
    public boolean awaitCall(Fd call, Duration limit) {
        return awaitCall(syscalls, call, limit) == Wake.CALLED;
    }

    /**
     * Waits for a signal of the device or the end of the connection, and takes the signal; from any thread.
     *
     * @param own system calls of the thread that waits
     */
    public Wake awaitCall(Syscalls own, Fd call, Duration limit) {
        var scratch = own.scratch();
        Memory.ALL.set(JAVA_LONG, scratch, limit.toSeconds());
        Memory.ALL.set(JAVA_LONG, scratch + 8, limit.toNanosPart());
        pollEntry(scratch + 16, call, POLLIN);
        pollEntry(scratch + 24, connection.descriptor(), POLLRDHUP);
        if (own.call(Syscall.PPOLL, scratch + 16, 2, scratch, 0) <= 0) {
            return Wake.NOTHING;
        }
        if (own.call(Syscall.READ, call.number(), scratch, 8) == 8) {
            return Wake.CALLED;
        }
        return Memory.ALL.get(JAVA_SHORT, scratch + 24 + 6) != 0 ? Wake.HUNG_UP : Wake.NOTHING;
    }

    private static void pollEntry(long at, Fd fd, int events) {
        Memory.ALL.set(JAVA_INT, at, fd.number());
        Memory.ALL.set(JAVA_INT, at + 4, events);
    }

    @Override
    public void close() {
        connection.close();
        for (var queue : queues) {
            queue.kick().close();
            queue.call().close();
        }
        ram.close();
        syscalls.close();
    }
}
