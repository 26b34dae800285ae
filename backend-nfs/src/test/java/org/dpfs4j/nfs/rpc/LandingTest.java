package org.dpfs4j.nfs.rpc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long data goes to where it belongs while it comes, all of it, and nothing else does. */
class LandingTest {
    private static final int OFFSET = 10_000;
    private static final int PAGE = 4096;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    private final Arena arena = Arena.ofConfined();
    private final Syscalls syscalls = new Syscalls();
    private final IovecPool pool = new IovecPool();
    private final Iovecs target = new Iovecs(pool);
    private final Landing landing = new Landing();
    private final List<Integer> heard = new ArrayList<>();
    private int landed = -1;
    private int size;
    private final RecordReader records = new RecordReader(1 << 21, landing, new RecordReader.Records() {
        @Override
        public void record(long address, int bytes) {
            heard.add(bytes);
            if (landing.isUnderWay()) {
                landed = landing.ended(target, OFFSET);
            }
        }

        @Override
        public void begun(long address, int recordBytes) {
            if (Memory.ALL.get(JAVA_BYTE, address) == 1) {
                landing.begin(target, OFFSET, size);
            }
        }
    });

    @AfterEach
    void free() {
        records.close();
        landing.close();
        target.close();
        pool.close();
        syscalls.close();
        arena.close();
    }

    /** Pages with a gap behind each. */
    private void pages(int count) {
        var memory = arena.allocate((long) count * 2 * PAGE);
        for (int i = 0; i < count; i++) {
            target.add(memory.address() + i * 2L * PAGE, PAGE);
        }
    }

    private byte[] written(int from, int bytes) {
        var copy = arena.allocate(bytes);
        target.copyOut(from, copy.address(), bytes);
        return copy.toArray(JAVA_BYTE);
    }

    private byte[] data(int bytes) {
        var data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        size = bytes;
        return data;
    }

    /** A record that begins with {@code kind}, has {@code data} behind its head, and padding. */
    private static byte[] record(int kind, byte[] data) {
        var bytes = RecordReader.HEAD_BYTES + (int) Xdr.padded(data.length);
        var record = new byte[Integer.BYTES + bytes];
        MemorySegment.ofArray(record).set(Xdr.INT, 0, RecordReader.LAST_FRAGMENT | bytes);
        record[Integer.BYTES] = (byte) kind;
        System.arraycopy(data, 0, record, Integer.BYTES + RecordReader.HEAD_BYTES, data.length);
        return record;
    }

    private void feed(byte[] bytes, int from, int to) {
        try (var turn = Arena.ofConfined()) {
            var memory = turn.allocate(Math.max(1, to - from));
            memory.copyFrom(MemorySegment.ofArray(bytes).asSlice(from, to - from));
            records.feed(memory.address(), to - from);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 103, 104, 105, 109, 4096, 100_001, 190_000})
    void itIsAllThereHoweverItIsCut(int piece) {
        pages(100);
        for (int length : new int[] {200_000, 200_001, 200_002, 200_003}) {
            heard.clear();
            var data = data(length);
            var record = record(1, data);
            for (int at = 0; at < record.length; at += piece) {
                feed(record, at, Math.min(record.length, at + piece));
            }
            assertThat(landed).isEqualTo(length);
            assertThat(written(OFFSET, length)).isEqualTo(data);
            assertThat(heard).hasSize(1);
        }
        assertThat(written(0, OFFSET)).containsOnly(0);
        assertThat(written(OFFSET + 200_003, 1000)).containsOnly(0);
    }

    @Test
    void itIsThereBeforeItsEnd() {
        pages(100);
        var data = data(200_000);
        var record = record(1, data);
        feed(record, 0, 100_000);
        assertThat(heard).isEmpty();
        assertThat(written(OFFSET, 90_000)).isEqualTo(Arrays.copyOf(data, 90_000));
    }

    @Test
    void recordsOfOtherKindsAreWhole() {
        var record = record(2, data(200_000));
        feed(record, 0, 100_000);
        feed(record, 100_000, record.length);
        assertThat(heard).containsExactly(record.length - Integer.BYTES);
        assertThat(landing.isUnderWay()).isFalse();
    }

    @Test
    void whatFollowsIsARecordAgain() {
        pages(100);
        var record = record(1, data(200_001));
        var both = Arrays.copyOf(record, 2 * record.length);
        System.arraycopy(record(2, data(200_001)), 0, both, record.length, record.length);
        feed(both, 0, 1000);
        feed(both, 1000, record.length + 50);
        feed(both, record.length + 50, both.length);
        assertThat(heard).containsExactly(RecordReader.HEAD_BYTES, record.length - Integer.BYTES);
    }

    @Test
    void nothingIsWrittenAfterTheEndOfTheConnection() {
        pages(100);
        var record = record(1, data(200_000));
        feed(record, 0, 100_000);
        records.close();
        var before = written(0, 100 * PAGE);
        feed(record, 100_000, record.length);
        assertThat(written(0, 100 * PAGE)).isEqualTo(before);
        assertThat(landing.receives()).isFalse();
        assertThat(heard).isEmpty();
    }

    /** More pieces than one system call takes. */
    @Test
    void itIsReceivedWhereItBelongs() {
        pages(400);
        var data = data(1_500_001);
        var record = record(1, data);
        var sockets = sockets();
        feed(record, 0, 150);
        var sent = 150;
        while (landing.receives()) {
            assertThat(landing.receive(syscalls, sockets[0])).isZero();
            sent += send(sockets[1], record, sent, 70_000);
            for (var count = 1; count > 0 && landing.receives(); ) {
                count = landing.receive(syscalls, sockets[0]);
                records.received(count);
            }
        }
        var pad = new byte[4];
        assertThat(receive(sockets[0], pad)).isEqualTo(3);
        feed(pad, 0, 3);
        assertThat(landed).isEqualTo(data.length);
        assertThat(written(OFFSET, data.length)).isEqualTo(data);
        close(sockets);
    }

    @Test
    void memoryThatIsGoneIsFoundByWhoeverReadsTheReply() {
        target.add(goneMemory(100 * PAGE), 100 * PAGE);
        var record = record(1, data(200_000));
        var sockets = sockets();
        feed(record, 0, Integer.BYTES + RecordReader.HEAD_BYTES);
        send(sockets[1], record, 108, 1000);
        assertThat(landing.receive(syscalls, sockets[0])).isZero();
        assertThat(landing.receives()).isFalse();
        close(sockets);
        assertThatThrownBy(() -> feed(record, 108, record.length)).isInstanceOf(InternalError.class);
        assertThat(heard).hasSize(1);
        assertThat(landing.isUnderWay()).isFalse();
    }

    /** A mapping of a file that has been made shorter. */
    private long goneMemory(long bytes) {
        var file = (int) syscalls.call(Syscall.MEMFD_CREATE, syscalls.path("gone"), 0);
        syscalls.call(Syscall.FTRUNCATE, file, bytes);
        var address = syscalls.call(Syscall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_SHARED, file, 0);
        syscalls.call(Syscall.FTRUNCATE, file, 0);
        syscalls.call(Syscall.CLOSE, file);
        return address;
    }

    private int[] sockets() {
        var pair = arena.allocate(8, 8);
        assertThat(syscalls.call(Syscall.SOCKETPAIR, AF_UNIX, SOCK_STREAM, 0, pair.address()))
                .isZero();
        return pair.toArray(JAVA_INT);
    }

    private int send(int socket, byte[] bytes, int from, int most) {
        var part = Math.min(most, bytes.length - from);
        var memory = arena.allocate(part);
        memory.copyFrom(MemorySegment.ofArray(bytes).asSlice(from, part));
        return (int) syscalls.call(Syscall.WRITE, socket, memory.address(), part);
    }

    private int receive(int socket, byte[] into) {
        var memory = arena.allocate(into.length);
        var count = (int) syscalls.call(Syscall.READ, socket, memory.address(), into.length);
        MemorySegment.ofArray(into).copyFrom(memory);
        return count;
    }

    private void close(int[] sockets) {
        for (var each : sockets) {
            syscalls.call(Syscall.CLOSE, each);
        }
    }
}
