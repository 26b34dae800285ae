package org.dpfs4j.devfuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.tck.Machine;
import org.dpfs4j.tck.Parcel;

/**
 * The kernel's side of a {@link SocketMount}, as strict as {@code fuse_dev_do_write}: an answer must come by the connection that its
 * request went by, and be that of a request which waits for one. Cuts and room mean nothing here.
 */
final class SocketMachine implements Machine {
    private static final int DEPTH = 8;
    private static final int ROOM = 64 * 1024;
    private static final int LIMIT_SECONDS = 20;
    private static final short POLLIN = 1;

    /** {@code struct fuse_in_header} and {@code struct fuse_out_header}: where opcode and unique are. */
    private static final int OPCODE = 4;

    private static final int UNIQUE = 8;

    /** FORGET, INTERRUPT, NOTIFY_REPLY and BATCH_FORGET: nobody waits for an answer. */
    private static final Set<Integer> UNANSWERED = Set.of(2, 36, 41, 42);

    private final Syscalls syscalls = new Syscalls();
    private final long memory = Memory.allocate(ROOM);
    private final List<Queue> queues = new ArrayList<>();
    private int sent;

    private record Sent(int id, long unique) {}

    /** A connection: what waits for an answer, and what needs none. */
    private record Queue(Fd connection, Deque<Sent> waiting, Deque<Integer> unanswered) {}

    SocketMachine(List<Fd> connections) {
        connections.forEach(each -> queues.add(new Queue(each, new ArrayDeque<>(), new ArrayDeque<>())));
    }

    @Override
    public int depth() {
        return DEPTH;
    }

    @Override
    public int queues() {
        return queues.size();
    }

    /** A record of no bytes is the end of the connection. */
    @Override
    public int shortest() {
        return 1;
    }

    @Override
    public int send(int queue, Parcel parcel) {
        var bytes = parcel.bytes();
        MemorySegment.copy(bytes, 0, Memory.ALL, JAVA_BYTE, memory, bytes.length);
        var to = queues.get(queue);
        var result = syscalls.call(Syscall.WRITE, to.connection.number(), memory, bytes.length);
        if (result != bytes.length) {
            throw new AssertionError("sent " + bytes.length + " bytes: " + result);
        }
        var id = sent++ & 0xffff;
        var header = ByteBuffer.wrap(Arrays.copyOf(bytes, UNIQUE + Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (UNANSWERED.contains(header.getInt(OPCODE))) {
            to.unanswered.add(id);
        } else {
            to.waiting.add(new Sent(id, header.getLong(UNIQUE)));
        }
        return id;
    }

    @Override
    public Back await(int queue) {
        var from = queues.get(queue);
        if (!from.unanswered.isEmpty()) {
            return new Back(from.unanswered.removeFirst(), new byte[0]);
        }
        answered(queue);
        var answer = receive(from);
        var unique = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getLong(UNIQUE);
        for (var each : from.waiting) {
            if (each.unique == unique) {
                from.waiting.remove(each);
                return new Back(each.id, answer);
            }
        }
        throw new AssertionError("ENOENT: no request " + unique + " waits on connection " + queue);
    }

    /** Waits until there is an answer, and leaves it there. */
    void answered(int queue) {
        var poll = syscalls.scratch();
        Memory.ALL.set(JAVA_INT, poll, queues.get(queue).connection.number());
        Memory.ALL.set(JAVA_SHORT, poll + 4, POLLIN);
        var limit = poll + 16;
        Memory.ALL.set(JAVA_INT, limit, LIMIT_SECONDS);
        Memory.at(limit + 4, 12).fill((byte) 0);
        if (syscalls.call(Syscall.PPOLL, poll, 1, limit, 0) != 1) {
            throw new IllegalStateException("no answer within " + LIMIT_SECONDS + " s");
        }
    }

    private byte[] receive(Queue from) {
        var result = syscalls.call(Syscall.READ, from.connection.number(), memory, ROOM);
        if (result < UNIQUE + Long.BYTES) {
            throw new AssertionError("an answer of " + result + " bytes");
        }
        return Memory.at(memory, result).toArray(JAVA_BYTE);
    }

    @Override
    public void close() {
        queues.forEach(queue -> queue.connection.close());
        Memory.free(memory);
        syscalls.close();
    }
}
