package org.dpfs4j.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;

/**
 * Finds the entries of a {@link NodeMemory} by what they are. Outside the heap, in stripes that grow by themselves: finding
 * takes no lock, entering and removing that of a stripe.
 */
final class NodeIndex {
    private static final int STRIPES = 64;
    private static final int STRIPE_SHIFT = 58;
    private static final int FIRST_BUCKETS = 16;
    private static final int GROWTH = 4;
    private static final int LOAD = 2;

    /** Steps in a chain that changes meanwhile; after that it is searched under the lock. */
    private static final int STEPS = 32;

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final NodeMemory memory;
    private final long seed;
    private final Stripe[] stripes = new Stripe[STRIPES];

    /** Counted before an entry comes or goes, on counters that lanes do not share. */
    private final LongAdder changes = new LongAdder();

    /** Of a memory; {@code seed} makes chains what no guest can foresee. */
    NodeIndex(NodeMemory memory, long seed) {
        this.memory = memory;
        this.seed = seed;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    private final class Stripe {
        private volatile MemorySegment buckets = memory.allocate(FIRST_BUCKETS * Integer.BYTES);
        private int size;

        private static long bucket(MemorySegment buckets, long hash) {
            return (hash & buckets.byteSize() / Integer.BYTES - 1) * Integer.BYTES;
        }

        /** Counts a lookup of what has this key; 0 when that is not found in {@code steps}. */
        long found(long hash, long device, long inode, long mount, int steps) {
            var now = buckets;
            var entry = (int) INT.getAcquire(now, bucket(now, hash));
            for (int step = 0; entry != 0 && step < steps; step++) {
                var id = memory.found(entry - 1, device, inode, mount);
                if (id != 0) {
                    return id;
                }
                entry = memory.next(entry - 1);
            }
            return 0;
        }

        synchronized long enter(int index, long hash, long device, long inode, long mount) {
            var known = found(hash, device, inode, mount, Integer.MAX_VALUE);
            if (known != 0) {
                return known;
            }
            if (size >= LOAD * (int) (buckets.byteSize() / Integer.BYTES)) {
                grow();
            }
            size++;
            memory.publish(index);
            link(buckets, hash, index);
            return 0;
        }

        private void link(MemorySegment into, long hash, int index) {
            var bucket = bucket(into, hash);
            memory.next(index, (int) INT.get(into, bucket));
            INT.setRelease(into, bucket, index + 1);
        }

        /** Those who search meanwhile may miss an entry, and search again under the lock. */
        private void grow() {
            var before = buckets;
            var after = memory.allocate(before.byteSize() * GROWTH);
            for (long at = 0; at < before.byteSize(); at += Integer.BYTES) {
                var entry = (int) INT.get(before, at);
                while (entry != 0) {
                    var next = memory.next(entry - 1);
                    link(after, hash(entry - 1), entry - 1);
                    entry = next;
                }
            }
            buckets = after;
        }

        synchronized void remove(long hash, int index) {
            var bucket = bucket(buckets, hash);
            var entry = (int) INT.get(buckets, bucket);
            if (entry == index + 1) {
                INT.setRelease(buckets, bucket, memory.next(index));
                size--;
                return;
            }
            while (entry != 0) {
                var next = memory.next(entry - 1);
                if (next == index + 1) {
                    memory.next(entry - 1, memory.next(index));
                    size--;
                    return;
                }
                entry = next;
            }
        }
    }

    private long hash(int index) {
        return hash(memory.device(index), memory.inode(index), memory.mount(index));
    }

    private long hash(long device, long inode, long mount) {
        var mixed = (inode ^ seed) * 0x9E37_79B9_7F4A_7C15L + device * 0xC2B2_AE3D_27D4_EB4FL + mount;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return mixed ^ mixed >>> 32;
    }

    private Stripe stripe(long hash) {
        return stripes[(int) (hash >>> STRIPE_SHIFT)];
    }

    /** A number that is another one when an entry has come or gone in between. */
    long changes() {
        return changes.sum();
    }

    /** Counts a lookup of the node with this key; its id, or 0 when there is none, or it was not found at once. */
    long found(long device, long inode, long mount) {
        var hash = hash(device, inode, mount);
        return stripe(hash).found(hash, device, inode, mount, STEPS);
    }

    /**
     * Enters a filled entry with its first lookup, unless there is one with its key.
     *
     * @return 0; or the id of the other, of which a lookup was counted
     */
    long enter(int index) {
        var device = memory.device(index);
        var inode = memory.inode(index);
        var mount = memory.mount(index);
        var hash = hash(device, inode, mount);
        changes.increment();
        return stripe(hash).enter(index, hash, device, inode, mount);
    }

    /** Takes an entry out, if it is in; its key must not have changed. */
    void remove(int index) {
        var hash = hash(index);
        changes.increment();
        stripe(hash).remove(hash, index);
    }
}
