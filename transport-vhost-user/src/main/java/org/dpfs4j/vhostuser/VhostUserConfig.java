package org.dpfs4j.vhostuser;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpfs4j.config.Need;
import org.dpfs4j.memory.Limits;

/**
 * A vhost-user device as configured; one of {@code socket} and {@code fd} is there.
 *
 * @param socket where to listen; made at the start, removed at the end
 * @param socketMode permission bits of the socket
 * @param socketGroup the group that the socket shall have
 * @param fd a socket that listens already, inherited from whoever started us
 * @param requestQueues queues beside hiprio
 * @param queueSize entries that a queue may have at most; the VMM sets the size
 * @param configSpace whether tag and number of queues are offered to the VMM (some bring their own and break on ours)
 * @param packedRing whether the packed ring is offered beside the split one
 * @param stopLimit how long a ring that stops waits for its requests before it lets them go
 */
public record VhostUserConfig(
        Optional<Path> socket,
        int socketMode,
        Optional<String> socketGroup,
        OptionalInt fd,
        int requestQueues,
        int queueSize,
        boolean configSpace,
        boolean packedRing,
        Duration stopLimit) {
    static final int SOCKET_MODE = 0600;

    /** The same where a group shall connect, too. */
    static final int GROUP_SOCKET_MODE = 0660;

    static final int QUEUE_SIZE = 1024;
    static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    /** Behind the socket's path while it does not listen yet. */
    static final String BEFORE_LISTENING = "~";

    /** {@code sun_path} of {@code struct sockaddr_un}, without its NUL, and with room for {@link #BEFORE_LISTENING}. */
    private static final int PATH_BYTES = 107 - BEFORE_LISTENING.length();

    public VhostUserConfig {
        if (socket.isPresent() == fd.isPresent()) {
            throw new IllegalArgumentException("needs either socket or fd");
        }
        socket.ifPresent(VhostUserConfig::check);
        if (fd.isPresent() && fd.getAsInt() < 0) {
            throw new IllegalArgumentException("fd is negative: " + fd.getAsInt());
        }
        if ((socketMode & ~0777) != 0) {
            throw new IllegalArgumentException(
                    "socket-mode is not from 0000 to 0777: " + Integer.toOctalString(socketMode));
        }
        if (requestQueues < 1 || requestQueues > Limits.REQUEST_QUEUES) {
            throw new IllegalArgumentException(
                    "request-queues must be from 1 to " + Limits.REQUEST_QUEUES + ": " + requestQueues);
        }
        if (queueSize < 2 || queueSize > Limits.QUEUE_SIZE) {
            throw new IllegalArgumentException("queue-size must be from 2 to " + Limits.QUEUE_SIZE + ": " + queueSize);
        }
        if (stopLimit.isNegative()) {
            throw new IllegalArgumentException("stop-limit is negative: " + stopLimit);
        }
    }

    private static void check(Path socket) {
        if (!socket.isAbsolute()) {
            throw new IllegalArgumentException("socket must be an absolute path: " + socket);
        }
        var bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PATH_BYTES) {
            throw new IllegalArgumentException(
                    "socket has " + bytes + " bytes, and a socket's path has " + PATH_BYTES + " at most: " + socket);
        }
    }

    /** A device at {@code socket} with everything else as it is by default. */
    public static VhostUserConfig at(Path socket) {
        return new VhostUserConfig(
                Optional.of(socket),
                SOCKET_MODE,
                Optional.empty(),
                OptionalInt.empty(),
                1,
                QUEUE_SIZE,
                true,
                true,
                STOP_LIMIT);
    }

    /** What of the host it uses: the socket is made, and removed at the end. */
    Need need() {
        return socket.<Need>map(path -> new Need.SocketFolder(path.getParent()))
                .orElseGet(() -> new Need.Descriptor(fd.getAsInt()));
    }

    /** Queues of the device: hiprio and the request queues. */
    int queues() {
        return 1 + requestQueues;
    }

    /** Where the device is, for people. */
    String address() {
        return socket.map(Path::toString).orElseGet(() -> "fd " + fd.getAsInt());
    }
}
