package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;

/**
 * Bytes of a virtqueue: whatever they are, a walk ends, and what it finds is within guest memory. An input is what kind of ring (u8: 1
 * packed, 2 indirect), then guest memory from its beginning on: 16 descriptors, the available part, room for the used part, and behind
 * it tables.
 */
public final class RingFuzz {
    private static final int ENTRIES = 16;
    private static final int AVAILABLE = 16 * ENTRIES;
    private static final int USED = AVAILABLE + 64;
    private static final int BYTES = 4096;

    /** Guest addresses that are small, so that an input finds them. */
    private static final long GUEST = 0x1000;

    private static final long USER = 0x10_0000;
    private static final Syscalls SYSCALLS = new Syscalls();
    private static final GuestMemory MEMORY = memory();
    private static final long HOST = MEMORY.host(0, GUEST);

    private RingFuzz() {}

    private static GuestMemory memory() {
        var file = new Fd((int) SYSCALLS.call(Syscall.MEMFD_CREATE, SYSCALLS.path("fuzz"), 1));
        SYSCALLS.call(Syscall.FTRUNCATE, file.number(), BYTES);
        try {
            return new GuestMemory(List.of(new GuestRegion(
                    SYSCALLS, new GuestPlace(GUEST, BYTES, USER, 0), file, new GuestFiles(), syscalls -> {})));
        } catch (BadMessage e) {
            throw new IllegalStateException(e);
        }
    }

    /** The target. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        var packed = (input[0] & 1) != 0;
        var ram = Memory.at(HOST, BYTES);
        ram.fill((byte) 0);
        MemorySegment.copy(input, 1, ram, JAVA_BYTE, 0, Math.min(input.length - 1, BYTES));
        var features = (packed ? Features.RING_PACKED : 0) | ((input[0] & 2) != 0 ? Features.INDIRECT_DESC : 0);
        var addresses = new VringAddresses(USER, USER + USED, USER + AVAILABLE);
        var ring = VirtRing.of(RingLayout.of(MEMORY, addresses, ENTRIES, packed), features, packed ? 0x80008000 : 0);
        var chain = new Chain(ENTRIES);
        for (int i = 0; i < 2 * ENTRIES && ring.take(chain, MEMORY) == VirtRing.Taken.CHAIN; i++) {
            if ((packed || chain.valid) && (chain.slots < 1 || chain.slots > ENTRIES)) {
                throw new AssertionError("a chain of " + chain.slots + " slots");
            }
            if (chain.valid) {
                translate(chain);
            }
            ring.push(chain.id, chain.slots, 0);
        }
    }

    private static void translate(Chain chain) {
        var exchange = new VhostUserExchange(0, new IovecPool());
        try {
            if (chain.fill(MEMORY, exchange)) {
                within(exchange.request());
                within(exchange.reply());
            }
        } finally {
            exchange.close();
        }
    }

    /** Every piece is in guest memory. */
    private static void within(Iovecs list) {
        for (int i = 0; i < list.count(); i++) {
            var from = list.address(i) - HOST;
            if (from < 0 || list.length(i) < 1 || list.length(i) > BYTES - from) {
                throw new AssertionError(list.length(i) + " bytes at " + from + " of guest memory");
            }
        }
    }
}
