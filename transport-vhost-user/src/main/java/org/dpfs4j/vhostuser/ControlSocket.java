package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.util.List;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/**
 * The front end's connection: bytes, and descriptors that come with them (SCM_RIGHTS). Belongs to the control thread;
 * only {@link #shutDown} may be called from others.
 *
 * <pre>
 * block   0 struct msghdr | 64 struct iovec | 128 control area: room for {@link #FDS} descriptors
 * </pre>
 */
final class ControlSocket implements AutoCloseable {
    /** Descriptors that one piece of a message may bring; a memory table of the base protocol has eight. */
    static final int FDS = 64;

    private static final int IOVEC = 64;
    private static final int CONTROL = 128;
    private static final int CMSG_HEADER = 16;
    private static final int CONTROL_BYTES = CMSG_HEADER + 4 * FDS;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EPIPE = 32;
    private static final int SHUT_RDWR = 2;
    private static final int POLLIN = 1;

    private final Syscalls syscalls;
    private final Fd socket;
    private final Fd wake;
    private final long block = Memory.allocate(CONTROL + CONTROL_BYTES);

    /** A connection; waiting in it ends when {@code wake} is signalled. Takes over {@code socket}. */
    ControlSocket(Syscalls syscalls, Fd socket, Fd wake) {
        this.syscalls = syscalls;
        this.socket = socket;
        this.wake = wake;
    }

    /** Waits until one of two descriptors is readable; false when {@code wake} is. */
    static boolean await(Syscalls syscalls, Fd readable, Fd wake) throws IOException {
        var polls = syscalls.scratch();
        while (true) {
            Memory.ALL.set(JAVA_INT, polls, readable.number());
            Memory.ALL.set(JAVA_INT, polls + 4, POLLIN);
            Memory.ALL.set(JAVA_INT, polls + 8, wake.number());
            Memory.ALL.set(JAVA_INT, polls + 12, POLLIN);
            var ready = syscalls.call(Syscall.PPOLL, polls, 2, 0, 0);
            if (ready > 0) {
                return Memory.ALL.get(JAVA_SHORT, polls + 14) == 0;
            }
            if (ready != -EINTR) {
                throw new IOException("ppoll: errno " + -ready);
            }
        }
    }

    /**
     * Reads exactly {@code length} bytes; descriptors that come with them are added to {@code fds}.
     *
     * @return false at the end: the front end is gone, or we are to end
     */
    boolean read(long address, int length, List<Fd> fds) throws IOException, BadMessage {
        var done = 0;
        while (done < length) {
            if (!await(syscalls, socket, wake)) {
                return false;
            }
            prepare(address + done, length - done, CONTROL_BYTES);
            var count = syscalls.call(Syscall.RECVMSG, socket.number(), block, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            if (count > 0) {
                done += (int) count;
                collect(fds);
            } else if (count != -EAGAIN && count != -EINTR) {
                return false;
            }
        }
        return true;
    }

    private void prepare(long address, int length, int controlBytes) {
        Memory.ALL.asSlice(block, IOVEC).fill((byte) 0);
        Memory.ALL.set(JAVA_LONG, block + 16, block + IOVEC);
        Memory.ALL.set(JAVA_LONG, block + 24, 1L);
        Memory.ALL.set(JAVA_LONG, block + 32, block + CONTROL);
        Memory.ALL.set(JAVA_LONG, block + 40, controlBytes);
        Memory.ALL.set(JAVA_LONG, block + IOVEC, address);
        Memory.ALL.set(JAVA_LONG, block + IOVEC + 8, length);
    }

    private void collect(List<Fd> fds) throws BadMessage {
        var end = block + CONTROL + Memory.ALL.get(JAVA_LONG, block + 40);
        var header = block + CONTROL;
        while (header + CMSG_HEADER <= end) {
            var bytes = Memory.ALL.get(JAVA_LONG, header);
            if (bytes < CMSG_HEADER) {
                break;
            }
            if (Memory.ALL.get(JAVA_INT, header + 8) == SOL_SOCKET
                    && Memory.ALL.get(JAVA_INT, header + 12) == SCM_RIGHTS) {
                for (var at = header + CMSG_HEADER; at + 4 <= header + bytes; at += 4) {
                    fds.add(new Fd(Memory.ALL.get(JAVA_INT, at)));
                }
            }
            header += bytes + 7 & -8;
        }
        if ((Memory.ALL.get(JAVA_INT, block + 48) & MSG_CTRUNC) != 0 || fds.size() > FDS) {
            throw new BadMessage("more than " + FDS + " descriptors came with a message, or we have no more to spare");
        }
    }

    /** Writes an answer; a front end that reads nothing is given up, one that is gone is found gone at the next read. */
    void write(long address, int length) throws IOException {
        var sent = syscalls.call(Syscall.SENDTO, socket.number(), address, length, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
        if (sent != length && sent != -EPIPE) {
            throw new IOException("the front end does not take our answers");
        }
    }

    /** Ends the connection under the control thread, from any thread. */
    void shutDown(Syscalls with) {
        if (socket.acquire()) {
            with.call(Syscall.SHUTDOWN, socket.number(), SHUT_RDWR);
            socket.release();
        }
    }

    @Override
    public void close() {
        socket.close();
        Memory.free(block);
    }
}
