package org.dpfs4j.tck.vhost;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** A virtual machine in the test's own process: front end, memory and rings of one device. One thread. */
public final class TestDriver implements AutoCloseable {
    /** Where guest memory begins. */
    public static final long RAM = 0x4000_0000L;

    /** Guest memory in bytes. */
    public static final long RAM_BYTES = 64L << 20;

    private static final long PROTOCOL_FEATURES = 1L << 30;
    private static final long PAUSE_NANOS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** In which order and form the messages of the set-up come. */
    public enum Manner {
        /** Acknowledgements wanted, memory table, address after base, kick, call, then enabled. */
        QEMU,
        /** Memory region by region; call before kick. */
        CLOUD_HYPERVISOR,
        /** A memory table with spare room; enabled before the kick. */
        USER_MODE_LINUX,
        /** No protocol features: rings are enabled from the start. */
        OLD
    }

    /**
     * A virtual machine.
     *
     * @param queues how many, hiprio included
     * @param features device features to accept, without the protocol bit
     */
    public record Shape(Manner manner, int queues, int entries, long features) {}

    /** A queue: its ring and its descriptors. */
    public record Queue(int index, DriverRing ring, Fd kick, Fd call) {}

    private final Syscalls syscalls = new Syscalls();
    private final Shape shape;
    private final GuestRam ram;
    private final FrontEnd frontEnd;
    private final List<Queue> queues = new ArrayList<>();

    /** Connects to a device; nothing is said yet. */
    public TestDriver(Path socket, Shape shape) throws IOException {
        this.shape = shape;
        frontEnd = new FrontEnd(syscalls, socket);
        ram = new GuestRam(syscalls);
        ram.add(RAM, RAM_BYTES);
    }

    /** A machine whose queues run. */
    public static TestDriver started(Path socket, Shape shape) throws IOException {
        var driver = new TestDriver(socket, shape);
        driver.negotiate();
        driver.sendMemory();
        for (int i = 0; i < shape.queues(); i++) {
            driver.addQueue();
        }
        for (var queue : driver.queues()) {
            driver.start(queue, queue.ring().firstBase());
        }
        return driver;
    }

    /** The connection, for messages of one's own. */
    public FrontEnd frontEnd() {
        return frontEnd;
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
    public List<Queue> queues() {
        return queues;
    }

    /** Queue {@code index}. */
    public Queue queue(int index) {
        return queues.get(index);
    }

    /** Agrees on features. */
    public void negotiate() throws IOException {
        frontEnd.send(FrontEnd.SET_OWNER, 0, FrontEnd.payload(0));
        var offered = frontEnd.get(FrontEnd.GET_FEATURES);
        if ((shape.features() & ~offered) != 0) {
            throw new IOException("not offered: 0x" + Long.toHexString(shape.features() & ~offered));
        }
        if (shape.manner() != Manner.OLD) {
            var protocol = frontEnd.get(FrontEnd.GET_PROTOCOL_FEATURES);
            frontEnd.send(FrontEnd.SET_PROTOCOL_FEATURES, 0, FrontEnd.u64(protocol));
            frontEnd.get(FrontEnd.GET_QUEUE_NUM);
        }
        var protocolBit = shape.manner() == Manner.OLD ? 0 : PROTOCOL_FEATURES;
        set(FrontEnd.SET_FEATURES, FrontEnd.u64(shape.features() | protocolBit));
    }

    /** Sends a message as this kind of VMM does: acknowledged or not. */
    public void set(int request, ByteBuffer payload, Fd... fds) throws IOException {
        if (shape.manner() == Manner.QEMU || shape.manner() == Manner.CLOUD_HYPERVISOR) {
            var answer = frontEnd.acknowledged(request, payload, fds);
            if (answer != 0) {
                throw new IOException("message " + request + " was refused: " + answer);
            }
        } else {
            frontEnd.send(request, 0, payload, fds);
        }
    }

    /** Tells the device all regions of memory. */
    public void sendMemory() throws IOException {
        if (shape.manner() == Manner.CLOUD_HYPERVISOR) {
            for (var region : ram.regions()) {
                set(FrontEnd.ADD_MEM_REG, single(region), region.file());
            }
        } else {
            sendMemoryTable();
        }
    }

    /** Tells the device all regions of memory in one table. */
    public void sendMemoryTable() throws IOException {
        var regions = ram.regions();
        var spare = shape.manner() == Manner.USER_MODE_LINUX ? 1 : 0;
        var payload = FrontEnd.payload(8 + 32 * (regions.size() + spare))
                .putInt(regions.size())
                .putInt(0);
        regions.forEach(region -> put(payload, region));
        set(
                FrontEnd.SET_MEM_TABLE,
                payload.rewind(),
                regions.stream().map(GuestRam.Region::file).toArray(Fd[]::new));
    }

    /** The payload of ADD_MEM_REG and REM_MEM_REG. */
    public static ByteBuffer single(GuestRam.Region region) {
        return put(FrontEnd.payload(40).putLong(0), region).flip();
    }

    private static ByteBuffer put(ByteBuffer payload, GuestRam.Region region) {
        return payload.putLong(region.guestAddress())
                .putLong(region.size())
                .putLong(region.userAddress())
                .putLong(region.fileOffset());
    }

    /** Makes the next queue's ring in guest memory; the device does not know of it yet. */
    public Queue addQueue() {
        DriverRing ring = (shape.features() & DriverRing.RING_PACKED) != 0
                ? new PackedDriverRing(ram, shape.entries(), shape.features())
                : new SplitDriverRing(ram, shape.entries(), shape.features());
        var queue = new Queue(queues.size(), ring, EventFd.open(syscalls), EventFd.open(syscalls));
        queues.add(queue);
        return queue;
    }

    /** Sets a queue up and starts it. */
    public void start(Queue queue, int base) throws IOException {
        var index = queue.index();
        set(FrontEnd.SET_VRING_NUM, FrontEnd.state(index, shape.entries()));
        set(FrontEnd.SET_VRING_BASE, FrontEnd.state(index, base));
        sendAddresses(queue);
        switch (shape.manner()) {
            case QEMU -> {
                set(FrontEnd.SET_VRING_KICK, FrontEnd.u64(index), queue.kick());
                set(FrontEnd.SET_VRING_CALL, FrontEnd.u64(index), queue.call());
                set(FrontEnd.SET_VRING_ENABLE, FrontEnd.state(index, 1));
            }
            case CLOUD_HYPERVISOR -> {
                set(FrontEnd.SET_VRING_CALL, FrontEnd.u64(index), queue.call());
                set(FrontEnd.SET_VRING_KICK, FrontEnd.u64(index), queue.kick());
                set(FrontEnd.SET_VRING_ENABLE, FrontEnd.state(index, 1));
            }
            case USER_MODE_LINUX -> {
                set(FrontEnd.SET_VRING_CALL, FrontEnd.u64(index), queue.call());
                set(FrontEnd.SET_VRING_ENABLE, FrontEnd.state(index, 1));
                set(FrontEnd.SET_VRING_KICK, FrontEnd.u64(index), queue.kick());
            }
            case OLD -> {
                set(FrontEnd.SET_VRING_CALL, FrontEnd.u64(index), queue.call());
                set(FrontEnd.SET_VRING_KICK, FrontEnd.u64(index), queue.kick());
            }
        }
    }

    /** Tells the device where a queue's ring is. */
    public void sendAddresses(Queue queue) throws IOException {
        set(
                FrontEnd.SET_VRING_ADDR,
                FrontEnd.payload(40)
                        .putInt(queue.index())
                        .putInt(0)
                        .putLong(ram.host(queue.ring().descriptors()))
                        .putLong(ram.host(queue.ring().used()))
                        .putLong(ram.host(queue.ring().available()))
                        .putLong(0)
                        .flip());
    }

    /** Stops a queue; returns where it is to go on. */
    public int stop(Queue queue) throws IOException {
        frontEnd.send(FrontEnd.GET_VRING_BASE, 0, FrontEnd.state(queue.index(), 0));
        var answer = frontEnd.receive(FrontEnd.GET_VRING_BASE);
        if (answer.getInt(0) != queue.index()) {
            throw new IOException("GET_VRING_BASE of " + queue.index() + " answered for " + answer.getInt(0));
        }
        return answer.getInt(4);
    }

    /** Kicks when the device wants it. */
    public void kick(Queue queue) {
        if (queue.ring().wantsKick()) {
            EventFd.signal(syscalls, queue.kick());
        }
    }

    /** Waits for a used chain by looking at the ring. */
    public Used await(Queue queue) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            var used = queue.ring().take();
            if (used.isPresent()) {
                return used.get();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError("queue " + queue.index() + " gives nothing back");
    }

    /** Waits for a signal of the device, as a guest's interrupt does; false when none comes in {@code limit}. */
    public boolean awaitCall(Fd call, Duration limit) {
        var scratch = syscalls.scratch();
        Memory.ALL.set(JAVA_LONG, scratch, limit.toSeconds());
        Memory.ALL.set(JAVA_LONG, scratch + 8, limit.toNanosPart());
        Memory.ALL.set(JAVA_INT, scratch + 16, call.number());
        Memory.ALL.set(JAVA_INT, scratch + 20, 1);
        if (syscalls.call(Syscall.PPOLL, scratch + 16, 1, scratch, 0) != 1) {
            return false;
        }
        return syscalls.call(Syscall.READ, call.number(), scratch, 8) == 8;
    }

    @Override
    public void close() {
        frontEnd.close();
        for (var queue : queues) {
            queue.kick().close();
            queue.call().close();
        }
        ram.close();
        syscalls.close();
    }
}
