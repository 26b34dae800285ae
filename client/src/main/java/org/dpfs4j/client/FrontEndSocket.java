package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;

/**
 * A vhost-user front end's connection: messages with descriptors, well formed or not. One thread.
 *
 * <p>Source: QEMU's {@code docs/interop/vhost-user.rst}, "Message Specification".
 */
public final class FrontEndSocket implements AutoCloseable {
    /** Message numbers of the vhost-user specification. */
    public static final int GET_FEATURES = 1;

    public static final int SET_FEATURES = 2;
    public static final int SET_OWNER = 3;
    public static final int RESET_OWNER = 4;
    public static final int SET_MEM_TABLE = 5;
    public static final int SET_VRING_NUM = 8;
    public static final int SET_VRING_ADDR = 9;
    public static final int SET_VRING_BASE = 10;
    public static final int GET_VRING_BASE = 11;
    public static final int SET_VRING_KICK = 12;
    public static final int SET_VRING_CALL = 13;
    public static final int SET_VRING_ERR = 14;
    public static final int GET_PROTOCOL_FEATURES = 15;
    public static final int SET_PROTOCOL_FEATURES = 16;
    public static final int GET_QUEUE_NUM = 17;
    public static final int SET_VRING_ENABLE = 18;
    public static final int SET_BACKEND_REQ_FD = 21;
    public static final int GET_CONFIG = 24;
    public static final int SET_CONFIG = 25;
    public static final int RESET_DEVICE = 34;
    public static final int GET_MAX_MEM_SLOTS = 36;
    public static final int ADD_MEM_REG = 37;
    public static final int REM_MEM_REG = 38;
    public static final int SET_STATUS = 39;
    public static final int GET_STATUS = 40;

    /** Header flags: version 1, and an answer wanted. */
    public static final int VERSION = 1;

    public static final int ANSWER_WANTED = 8;

    /** In SET_VRING_KICK and SET_VRING_CALL: no descriptor. */
    public static final int NO_FD = 0x100;

    /** Header flags of an answer: version 1, and that it is one. */
    private static final int ANSWER = VERSION | 4;

    private static final int HEADER_BYTES = 12;
    private static final int ANSWER_BYTES_MAX = 4096;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    private static final int UNIX_PATH_BYTES = 108;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SO_PEERCRED = 17;
    private static final int UCRED_BYTES = 12;
    private static final int POLLIN = 1;
    private static final int EINTR = 4;

    // The block: struct msghdr and struct iovec, or struct timespec and struct pollfd; struct cmsghdr; the message.
    private static final int BLOCK_BYTES = 8192;
    private static final int VECTOR = 64;
    private static final int POLL = 32;
    private static final int CONTROL = 128;
    private static final int CONTROL_HEADER_BYTES = 16;
    private static final int DATA = 2048;

    private final Syscalls syscalls;
    private final Fd socket;
    private final long block;

    /**
     * Connects to a device's socket.
     *
     * @param syscalls of the thread that will use this
     * @throws IOException when nobody listens there
     */
    public FrontEndSocket(Syscalls syscalls, Path path) throws IOException {
        this.syscalls = syscalls;
        var bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= UNIX_PATH_BYTES) {
            throw new IOException("too long for a socket: " + path);
        }
        var number = syscalls.call(Syscall.SOCKET, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        if (number < 0) {
            throw new IOException("socket: " + Errno.of((int) -number));
        }
        socket = new Fd((int) number);
        block = Memory.allocate(BLOCK_BYTES);
        Memory.ALL.set(JAVA_SHORT, block, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, Memory.ALL, JAVA_BYTE, block + 2, bytes.length);
        Memory.ALL.set(JAVA_BYTE, block + 2 + bytes.length, (byte) 0);
        var result = syscalls.call(Syscall.CONNECT, socket.number(), block, 3 + bytes.length);
        if (result < 0) {
            close();
            throw new IOException("connect to " + path + ": " + Errno.of((int) -result));
        }
    }

    /** The bytes of a message. */
    public static byte[] message(int request, int flags, ByteBuffer payload) {
        var size = payload.remaining();
        return ByteBuffer.allocate(HEADER_BYTES + size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(request)
                .putInt(flags)
                .putInt(size)
                .put(payload.duplicate())
                .array();
    }

    /** Little-endian room for a payload of {@code bytes}. */
    public static ByteBuffer payload(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A payload of two numbers: vring state. */
    public static ByteBuffer state(int index, int number) {
        return payload(8).putInt(index).putInt(number).flip();
    }

    /** A payload of one number. */
    public static ByteBuffer u64(long number) {
        return payload(8).putLong(number).flip();
    }

    /** Sends a message. */
    public void send(int request, int flags, ByteBuffer payload, Fd... fds) throws IOException {
        sendBytes(message(request, VERSION | flags, payload), List.of(fds));
    }

    /** Sends bytes, message or not, at once with descriptors; at most 6144 bytes and 476 descriptors. */
    public void sendBytes(byte[] bytes, List<Fd> fds) throws IOException {
        if (bytes.length > BLOCK_BYTES - DATA || fds.size() > (DATA - CONTROL - CONTROL_HEADER_BYTES) / Integer.BYTES) {
            throw new IllegalArgumentException(bytes.length + " bytes, " + fds.size() + " descriptors");
        }
        Memory.ALL.asSlice(block, DATA).fill((byte) 0);
        MemorySegment.copy(bytes, 0, Memory.ALL, JAVA_BYTE, block + DATA, bytes.length);
        Memory.ALL.set(JAVA_LONG, block + VECTOR, block + DATA);
        Memory.ALL.set(JAVA_LONG, block + VECTOR + 8, bytes.length);
        Memory.ALL.set(JAVA_LONG, block + 16, block + VECTOR);
        Memory.ALL.set(JAVA_LONG, block + 24, 1L);
        if (!fds.isEmpty()) {
            Memory.ALL.set(JAVA_LONG, block + 32, block + CONTROL);
            Memory.ALL.set(JAVA_LONG, block + 40, CONTROL_HEADER_BYTES + 4L * fds.size() + 7 & -8);
            Memory.ALL.set(JAVA_LONG, block + CONTROL, CONTROL_HEADER_BYTES + 4L * fds.size());
            Memory.ALL.set(JAVA_INT, block + CONTROL + 8, SOL_SOCKET);
            Memory.ALL.set(JAVA_INT, block + CONTROL + 12, SCM_RIGHTS);
            for (int i = 0; i < fds.size(); i++) {
                Memory.ALL.set(
                        JAVA_INT,
                        block + CONTROL + CONTROL_HEADER_BYTES + 4L * i,
                        fds.get(i).number());
            }
        }
        var sent = syscalls.call(Syscall.SENDMSG, socket.number(), block, MSG_NOSIGNAL);
        if (sent != bytes.length) {
            throw new IOException("sendmsg: " + sent);
        }
    }

    /**
     * Waits for an answer to {@code request}.
     *
     * @return its payload, little-endian
     * @throws SocketTimeoutException when none comes for long
     * @throws IOException when the device answers something else, or has closed the connection
     */
    public ByteBuffer receive(int request) throws IOException {
        read(HEADER_BYTES);
        var answered = Memory.ALL.get(JAVA_INT, block + DATA);
        var flags = Memory.ALL.get(JAVA_INT, block + DATA + 4);
        var size = Memory.ALL.get(JAVA_INT, block + DATA + 8);
        if (answered != request || flags != ANSWER || size < 0 || size > ANSWER_BYTES_MAX) {
            throw new IOException("answer " + answered + " flags " + flags + " size " + size + " to " + request);
        }
        read(size);
        var payload = new byte[size];
        MemorySegment.copy(Memory.ALL, JAVA_BYTE, block + DATA, payload, 0, size);
        return ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void read(int length) throws IOException {
        var done = 0;
        while (done < length) {
            Memory.ALL.set(JAVA_LONG, block, ANSWER_LIMIT.toSeconds());
            Memory.ALL.set(JAVA_LONG, block + 8, 0);
            Memory.ALL.set(JAVA_INT, block + POLL, socket.number());
            Memory.ALL.set(JAVA_INT, block + POLL + 4, POLLIN);
            var ready = syscalls.call(Syscall.PPOLL, block + POLL, 1, block, 0);
            if (ready == -EINTR) {
                continue;
            }
            if (ready != 1) {
                throw new SocketTimeoutException("no answer within " + ANSWER_LIMIT.toSeconds() + " s");
            }
            var count = syscalls.call(Syscall.READ, socket.number(), block + DATA + done, length - done);
            if (count <= 0) {
                throw new IOException("the device has closed the connection");
            }
            done += (int) count;
        }
    }

    /** Asks for a number. */
    public long get(int request) throws IOException {
        send(request, 0, payload(0));
        return receive(request).getLong(0);
    }

    /** Sends a message and waits for its acknowledgement; 0 when it was taken. */
    public long acknowledged(int request, ByteBuffer payload, Fd... fds) throws IOException {
        send(request, ANSWER_WANTED, payload, fds);
        return receive(request).getLong(0);
    }

    /** The socket itself, to be watched from any thread while this is open. */
    public Fd descriptor() {
        return socket;
    }

    /** The process that listens at the socket, as the system says; below 1 when it is not of this process's world. */
    public int peerPid() {
        Memory.ALL.set(JAVA_INT, block, UCRED_BYTES);
        var result = syscalls.call(Syscall.GETSOCKOPT, socket.number(), SOL_SOCKET, SO_PEERCRED, block + DATA, block);
        return result < 0 ? -1 : Memory.ALL.get(JAVA_INT, block + DATA);
    }

    /** Whether the device has closed the connection, waiting for that a while. */
    public boolean isClosedByDevice() {
        try {
            read(1);
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        socket.close();
        Memory.free(block);
    }
}
