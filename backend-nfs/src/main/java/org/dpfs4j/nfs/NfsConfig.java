package org.dpfs4j.nfs;

import java.time.Duration;
import org.dpfs4j.nfs.rpc.ConnectionConfig;

/**
 * The {@code [backend.NAME]} table of an NFS server.
 *
 * @param connection where the server is and how long to wait for it
 * @param export the path that guests see as their root, as the server calls it
 * @param clientName the first part of the name that the server knows this machine by; empty: the machine's id
 * @param minorVersion the newest minor version of NFS 4 to speak, 1 or 2
 * @param readBytes the largest READ sent; larger ones of a guest are sent in pieces, side by side
 * @param writeBytes the largest WRITE sent
 * @param giveUpAfter how long a guest's request waits for a server that is away; zero: for ever
 * @param callers who guests' users are for the server
 * @param times for how long guests may trust what they know
 * @param tableMax limits of what one guest may make us keep
 * @param retainBytes how much data a device keeps that the server has taken and not made durable; 0: none, and every write is
 *     durable when it is answered
 * @param sillyRename whether files that are removed while they are open get another name first
 * @param delegationsMax how many delegations for reading a device holds at most; 0: none
 */
record NfsConfig(
        ConnectionConfig connection,
        String export,
        String clientName,
        int minorVersion,
        int readBytes,
        int writeBytes,
        Duration giveUpAfter,
        Callers callers,
        Times times,
        Tables tableMax,
        long retainBytes,
        boolean sillyRename,
        int delegationsMax) {
    private static final int TRANSFER_MIN = 4096;
    private static final int TRANSFER_MAX = 4 << 20;

    /** For how long guests may trust attributes, that a name means a file, and that it means none. */
    record Times(Duration attr, Duration entry, Duration negative) {}

    /** How many nodes a guest may know and how many handles it may have. */
    record Tables(int nodes, int handles) {}

    NfsConfig {
        if (connection.host().isEmpty()) {
            throw new IllegalArgumentException("server is empty");
        }
        if (!export.startsWith("/")) {
            throw new IllegalArgumentException("export must be an absolute path: " + export);
        }
        transfer("rsize", readBytes);
        transfer("wsize", writeBytes);
        if (retainBytes < 0) {
            throw new IllegalArgumentException("retain-max is negative: " + retainBytes + " bytes");
        }
        positive("connect-timeout", connection.connectTimeout());
        positive("reply-timeout", connection.replyTimeout());
        notNegative("give-up-after", giveUpAfter);
        notNegative("attr-timeout", times.attr);
        notNegative("entry-timeout", times.entry);
        notNegative("negative-timeout", times.negative);
    }

    private static void transfer(String key, int bytes) {
        if (bytes < TRANSFER_MIN || bytes > TRANSFER_MAX || bytes % TRANSFER_MIN != 0) {
            throw new IllegalArgumentException(key + " must be a multiple of 4KiB up to 4MiB: " + bytes + " bytes");
        }
    }

    private static void positive(String key, Duration time) {
        if (time.toMillis() <= 0 || time.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(key + " must be at least 1ms: " + time);
        }
    }

    private static void notNegative(String key, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(key + " is negative: " + time);
        }
    }
}
