package org.dpfs4j.tck;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.EventFd;

/** A machine behind a vhost-user socket, with split or packed rings. */
public final class VhostUserMachine implements Machine {
    /** Features of a split ring. */
    public static final long SPLIT = DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX;

    /** Features of a packed ring. */
    public static final long PACKED = SPLIT | DriverRing.RING_PACKED;

    private static final int ENTRIES = 128;
    private static final int DEPTH = 8;
    private static final int REQUEST_BYTES = 16 * 1024;
    private static final int REPLY_BYTES = 8192;
    private static final int GUARD_BYTES = 64;
    private static final byte GUARD = 0x5a;

    private final VhostUserFrontEnd driver;
    private final List<Lot> lots = new ArrayList<>();

    /** Memory of one request, and what it is used for. */
    private static final class Slot {
        private final long request;
        private final long reply;
        private Parcel parcel;

        Slot(long request, long reply) {
            this.request = request;
            this.reply = reply;
        }
    }

    /** A queue with the memory of its requests. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares lots
    private record Lot(DriverQueue queue, Deque<Slot> free, Slot[] sent, RingFaults faults) {}

    private VhostUserMachine(VhostUserFrontEnd driver) {
        this.driver = driver;
    }

    /** A machine whose queues run, the one for urgent requests and {@code requestQueues} more. */
    public static VhostUserMachine started(Path socket, long features, int requestQueues) throws IOException {
        var machine = new VhostUserMachine(
                VhostUserFrontEnd.started(socket, new Shape(Manner.QEMU, requestQueues + 1, ENTRIES, features)));
        machine.driver.queues().forEach(machine::addLot);
        return machine;
    }

    private void addLot(DriverQueue queue) {
        var free = new ArrayDeque<Slot>();
        for (int i = 0; i < DEPTH; i++) {
            var request = driver.ram().allocate(REQUEST_BYTES, 8);
            free.add(new Slot(request, driver.ram().allocate(REPLY_BYTES + GUARD_BYTES, 8)));
        }
        lots.add(new Lot(queue, free, new Slot[ENTRIES], new RingFaults(driver, queue.ring())));
    }

    /** The front end, for what only vhost-user has. */
    public VhostUserFrontEnd frontEnd() {
        return driver;
    }

    @Override
    public int depth() {
        return DEPTH;
    }

    @Override
    public int queues() {
        return lots.size();
    }

    @Override
    public int send(int queue, Parcel parcel) {
        var lot = lots.get(queue);
        var slot = lot.free.removeFirst();
        slot.parcel = parcel;
        driver.ram().write(slot.request, parcel.bytes());
        driver.ram().at(slot.reply, REPLY_BYTES + GUARD_BYTES).fill(GUARD);
        var chain = new ArrayList<Buffer>();
        append(chain, slot.request, parcel.cuts(), false);
        append(chain, slot.reply, parcel.room(), true);
        var id = lot.queue.ring().add(chain, parcel.indirect());
        lot.sent[id] = slot;
        kick(lot);
        return id;
    }

    private static void append(List<Buffer> chain, long from, List<Integer> pieces, boolean writable) {
        var at = from;
        for (int piece : pieces) {
            chain.add(new Buffer(at, piece, writable));
            at += piece;
        }
    }

    private void kick(Lot lot) {
        EventFd.signal(driver.syscalls(), lot.queue.kick());
    }

    @Override
    public Back await(int queue) {
        var lot = lots.get(queue);
        var used = driver.await(lot.queue);
        var slot = used.id() >= 0 && used.id() < ENTRIES ? lot.sent[used.id()] : null;
        if (slot == null) {
            if (used.length() != 0) {
                throw new AssertionError("a chain that was not sent came back: " + used);
            }
            return new Back(used.id(), new byte[0]);
        }
        lot.sent[used.id()] = null;
        lot.free.addLast(slot);
        var room = slot.parcel.roomBytes();
        if (used.length() > room) {
            throw new AssertionError(used + " where " + room + " bytes have room");
        }
        for (var each : driver.ram().read(slot.reply + room, GUARD_BYTES)) {
            if (each != GUARD) {
                throw new AssertionError("bytes written behind the reply");
            }
        }
        return new Back(used.id(), driver.ram().read(slot.reply, (int) used.length()));
    }

    @Override
    public List<IntSupplier> ways(RingFault fault, int queue) {
        var lot = lots.get(queue);
        var ways = new ArrayList<IntSupplier>();
        for (var way : lot.faults.ways(fault)) {
            ways.add(() -> {
                var id = way.getAsInt();
                kick(lot);
                return id;
            });
        }
        return ways;
    }

    @Override
    public Optional<MemorySegment> requestMemory(int queue, int id) {
        var slot = lots.get(queue).sent[id];
        return Optional.of(driver.ram().at(slot.request, slot.parcel.bytes().length));
    }

    /** Tables only: in a packed ring the device writes the descriptors, too. */
    @Override
    public Optional<MemorySegment> descriptorMemory(int queue) {
        return Optional.of(driver.ram().at(lots.get(queue).queue.ring().tables(), 16L * ENTRIES * ENTRIES));
    }

    @Override
    public void close() {
        driver.close();
    }
}
