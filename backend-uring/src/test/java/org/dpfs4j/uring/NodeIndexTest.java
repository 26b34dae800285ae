package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of nodes without files: entries, their index, what is forgotten. */
class NodeIndexTest {
    private static final boolean ALL = Boolean.getBoolean("dpfs4j.all");
    private static final int HANDLE_BYTES = 8 + FileCalls.HANDLE_MAX;
    private static final long DEVICE = 8L << 32 | 1;
    private static final long MOUNT = 27;

    private final NodeMemory memory = new NodeMemory(1 << 21);
    private final NodeIndex index = new NodeIndex(memory, 42);
    private final Forgotten forgotten = new Forgotten(memory);
    private final long handle = Memory.allocate(HANDLE_BYTES);

    @AfterEach
    void close() {
        memory.close();
        Memory.free(handle);
    }

    /** As {@link Nodes#enter} does it. */
    private long lookup(long inode) {
        while (true) {
            var id = index.found(DEVICE, inode, MOUNT);
            if (id != 0) {
                return id;
            }
            var entry = memory.allocate(false);
            memory.fill(entry, DEVICE, inode, MOUNT, 0100644, handle);
            var made = memory.id(entry);
            var other = index.enter(entry);
            if (other == 0) {
                return made;
            }
            memory.free(entry);
            return other;
        }
    }

    /** As {@link Nodes#forget} does it. */
    private void forget(long id, boolean keeps) {
        if (!memory.forgotten(id, 1, keeps)) {
            return;
        }
        var gone = keeps ? forgotten.add(id) : id;
        if (gone != 0) {
            index.remove(memory.index(gone));
            memory.free(memory.index(gone));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lookupsAndForgetsOfTheSameNamesOnSeveralLanesAgree(boolean keeps) {
        lookup(1000);
        var end = System.nanoTime() + (ALL ? TimeUnit.SECONDS.toNanos(60) : TimeUnit.MILLISECONDS.toNanos(300));
        var lanes = new ArrayList<CompletableFuture<Long>>();
        for (int lane = 0; lane < 4; lane++) {
            var seed = lane;
            lanes.add(CompletableFuture.supplyAsync(() -> churn(new Random(seed), keeps, end)));
        }
        var rounds = lanes.stream().mapToLong(CompletableFuture::join).sum();

        assertThat(rounds).isPositive();
        assertThat(memory.known()).as("nothing is known but the first").isEqualTo(1);
        assertThat(memory.size()).isEqualTo(keeps ? 4 : 1);
    }

    private long churn(Random random, boolean keeps, long end) {
        long rounds = 0;
        for (; rounds % 64 != 0 || System.nanoTime() < end; rounds++) {
            var inode = random.nextInt(3);
            var id = lookup(inode);
            var twice = random.nextBoolean() ? lookup(inode) : 0;
            if (twice != 0 && twice != id) {
                throw new AssertionError("two ids for one file that is known: " + id + " " + twice);
            }
            if (!memory.isAlive(id) || memory.inode(memory.index(id)) != inode) {
                throw new AssertionError("a node that was answered is dead or another: " + id);
            }
            forget(id, keeps);
            if (twice != 0) {
                forget(id, keeps);
            }
        }
        return rounds;
    }

    @Test
    void aMillionEntriesTakeLessThanTwoHundredBytesEach() {
        var count = 1_000_000;
        Memory.ALL.set(JAVA_INT, handle, 8);
        var ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = lookup(i);
        }
        var bytes = memory.bytes();
        System.out.printf(">> %,d nodes take %.1f native bytes each%n", count, (double) bytes / count);
        assertThat(memory.known()).isEqualTo(count);
        assertThat(bytes / count).isLessThan(200);
        for (int i = 0; i < count; i++) {
            if (index.found(DEVICE, i, MOUNT) != ids[i]) {
                throw new AssertionError("entry " + i + " is not found");
            }
            memory.forgotten(ids[i], 1, false);
        }
        for (var id : ids) {
            forget(id, false);
        }
        assertThat(memory.size()).isZero();
        for (int i = 0; i < count; i++) {
            lookup(-i);
        }
        assertThat(memory.bytes()).as("places are used again").isEqualTo(bytes);
        assertThat(memory.isAlive(ids[5])).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 40, 41, 100, 128})
    void aHandleComesBackAsItWas(int length) {
        Memory.ALL.set(JAVA_INT, handle, length);
        Memory.ALL.set(JAVA_INT, handle + 4, 7);
        for (int i = 0; i < length; i++) {
            Memory.ALL.set(JAVA_BYTE, handle + 8 + i, (byte) (i * 3 + length));
        }
        lookup(1);
        var id = lookup(2);
        var copy = Memory.allocate(HANDLE_BYTES);

        assertThat(memory.handle(id, copy)).isTrue();
        assertThat(Memory.at(copy, 8 + length).mismatch(Memory.at(handle, 8 + length)))
                .isEqualTo(-1);
        assertThat(memory.isHandle(memory.index(id), handle)).isTrue();
        Memory.ALL.set(JAVA_BYTE, copy + 7 + length, (byte) (Memory.ALL.get(JAVA_BYTE, copy + 7 + length) ^ 1));
        assertThat(memory.isHandle(memory.index(id), copy)).isFalse();
        forget(id, false);
        assertThat(memory.handle(id, copy)).isFalse();
        lookup(3);
        Memory.free(copy);
    }

    @Test
    void theOldestForgottenMakeRoom() {
        var first = lookup(0);
        forget(first, true);
        for (int i = 1; i <= Forgotten.CAPACITY; i++) {
            forget(lookup(i), true);
        }
        assertThat(memory.size()).isEqualTo(Forgotten.CAPACITY);
        assertThat(memory.found(first)).isFalse();
        assertThat(index.found(DEVICE, 1, MOUNT)).isNotZero();
    }

    @Test
    void whatIsClosedIsNotRead() {
        var closed = new NodeMemory(10);
        var entry = closed.allocate(false);
        closed.fill(entry, DEVICE, 1, MOUNT, 0100644, handle);
        var id = closed.publish(entry);
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.isAlive(id)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.allocate(false)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void roomThatWasReservedIsKept() {
        var small = new NodeMemory(2);
        assertThat(small.allocate(false)).isZero();
        assertThat(small.reserve()).isTrue();
        assertThat(small.reserve()).isFalse();
        assertThat(small.allocate(false)).isEqualTo(NodeMemory.NONE);
        assertThat(small.allocate(true)).isEqualTo(1);
        small.free(1);
        assertThat(small.reserve()).isTrue();
        small.unreserve();
        assertThat(small.allocate(false)).isEqualTo(1);
        small.close();
    }
}
