package org.dpfs4j.tck;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A guest that changes memory while it is read. */
interface TamperRules extends TransportRules {
    /** Where {@code unique} begins in a request. */
    int UNIQUE = 8;

    @Test
    default void bytesThatChangeUnderARequestAreReadOnce() throws IOException {
        var samples = RequestRules.samples();
        var first = machine().send(1, Parcel.of(Stand.good().bytes()));
        var shared = machine().requestMemory(1, first).isPresent();
        machine().await(1);
        assumeTrue(shared, "the device copies requests before it looks at them");
        for (var sample : samples) {
            for (int round = 0; round < (LONG ? 5000 : 100); round++) {
                tamperedRound(sample);
            }
            // One of the changes may have been a DESTROY.
            Stand.mount(machine());
            stand().isServed();
        }
        assertThat(stand().witness.names()).isPositive();
        assertThat(stand().witness.wrong()).isEmpty();
    }

    /** A queue full of one request, each of whose bytes is at any time what was sent or differs in one bit. */
    private void tamperedRound(byte[] sample) {
        var sent = new HashMap<Integer, byte[]>();
        var memories = new ArrayList<MemorySegment>();
        for (int i = 0; i < machine().depth(); i++) {
            var request = sample.clone();
            request[UNIQUE] = (byte) i;
            var id = machine().send(1, Parcel.of(request));
            memories.add(machine().requestMemory(1, id).orElseThrow());
            sent.put(id, request);
        }
        try (var flipping = new Flipping(memories, sample)) {
            while (!sent.isEmpty()) {
                var back = machine().await(1);
                var request = sent.remove(back.id());
                assertThat(request).as("chain %d was sent", back.id()).isNotNull();
                if (back.bytes().length > 0) {
                    var unique = Heard.of(back.bytes()).unique();
                    for (int i = 1; i < Long.BYTES; i++) {
                        var difference = ((int) (unique >>> (8 * i)) ^ request[UNIQUE + i]) & 0xff;
                        assertThat(Integer.bitCount(difference))
                                .as("bits of unique that nobody changed")
                                .isLessThanOrEqualTo(1);
                    }
                }
            }
            assertThat(flipping.isAlive()).isTrue();
        }
    }

    @Test
    default void descriptorsThatChangeUnderADeviceDoNoHarm() throws IOException {
        assumeTrue(machine().descriptorMemory(1).isPresent(), "no descriptors in shared memory");
        var random = new Random(5);
        for (int round = 0; round < (LONG ? 200 : 6); round++) {
            var tables = machine().descriptorMemory(1).orElseThrow();
            var before = tables.toArray(JAVA_BYTE);
            try (var flipping = new Flipping(List.of(tables), before)) {
                var harmed = false;
                for (int i = 0; i < 200 && !harmed; i++) {
                    var sample = RequestRules.samples().get(random.nextInt(8));
                    machine().send(1, new Parcel(sample, List.of(20, sample.length - 20), List.of(16, 4000), true));
                    if (i % 3 == 0) {
                        neighbour().isServed();
                    }
                    harmed = !givesAnythingBack();
                }
                assertThat(flipping.isAlive()).isTrue();
            }
            stand().connect(another(stand()));
            stand().isServed();
        }
    }

    /**
     * What the device is told to write may be anywhere in the guest's memory, the rings among it: then this guest has harmed
     * itself, and may never hear anything again on this connection.
     */
    private boolean givesAnythingBack() {
        try {
            machine().await(1);
            return true;
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("bytes");
            return true;
        } catch (IllegalStateException nothing) {
            assertThat(nothing).hasMessageContaining("gives nothing back");
            return false;
        }
    }

    /** A thread that changes single bits of memory and changes them back. */
    final class Flipping implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong flips = new AtomicLong();
        private final Thread thread;

        Flipping(List<MemorySegment> memories, byte[] original) {
            thread = Thread.ofPlatform().daemon().start(() -> flip(memories, original));
            Stand.until(() -> flips.get() > 0);
        }

        private void flip(List<MemorySegment> memories, byte[] original) {
            var random = new Random(original.length);
            var telling = telling(original);
            while (!ended.get()) {
                var memory = memories.get(random.nextInt(memories.size()));
                var reach = random.nextInt(8) == 0 ? original.length : Math.min(original.length, 128);
                var place = random.nextInt(8 * reach);
                if (!telling.isEmpty() && random.nextInt(4) > 0) {
                    place = telling.get(random.nextInt(telling.size()));
                }
                var at = place / 8;
                if (at != UNIQUE) {
                    memory.set(JAVA_BYTE, at, (byte) (original[at] ^ (1 << (place % 8))));
                    for (int i = random.nextInt(20); i > 0; i--) {
                        Thread.onSpinWait();
                    }
                    memory.set(JAVA_BYTE, at, original[at]);
                }
                flips.incrementAndGet();
            }
        }

        /** Bits behind the header that make of a byte one that a name must not have, or not there. */
        private static List<Integer> telling(byte[] original) {
            var bits = new ArrayList<Integer>();
            for (int bit = 8 * RequestRules.IN_HEADER; bit < 8 * Math.min(original.length, 128); bit++) {
                var flipped = original[bit / 8] ^ (1 << (bit % 8));
                if (original[bit / 8] != 0 && (flipped == '/' || flipped == '.' || flipped == 0)) {
                    bits.add(bit);
                }
            }
            return bits;
        }

        boolean isAlive() {
            return thread.isAlive();
        }

        @Override
        public void close() {
            ended.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
