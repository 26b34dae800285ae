package org.dpfs4j.nfs.v4;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.nfs.rpc.XdrReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log where a server has moved a file system to ({@code fs_locations}, RFC 8881, 11.16), once in a while. Nobody
 * goes there: requests are answered EREMOTE. Belongs to a session.
 */
final class Moves {
    private static final Logger LOG = LoggerFactory.getLogger(Moves.class);
    private static final AttributeMask LOCATIONS = AttributeMask.of(Bit.FS_LOCATIONS);
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int NAMES_MAX = 64;
    private static final int NAME_BYTES_MAX = 1024;
    private static final int SHOWN_MAX = 4;

    private final LaneSession session;
    private long saidNanos = System.nanoTime() - PAUSE_NANOS;

    Moves(LaneSession session) {
        this.session = session;
    }

    /** A request about this file was answered MOVED; null where it was about no file that we know. */
    void met(FileHandle file) {
        var now = System.nanoTime();
        if (now - saidNanos < PAUSE_NANOS) {
            return;
        }
        saidNanos = now;
        if (file == null) {
            say("");
            return;
        }
        var call = session.call(session.client().config().machine());
        call.putfh(file.copy());
        call.getattr(LOCATIONS);
        call.submit((asked, results) -> {
            if (results.isOk()) {
                results.putfh();
                say(to(read(results.ok(Op.GETATTR))));
            } else {
                say("");
            }
        });
    }

    /** The server says that a file system with open files has moved, or is about to. */
    void flagged() {
        var now = System.nanoTime();
        if (now - saidNanos >= PAUSE_NANOS) {
            saidNanos = now;
            LOG.warn(
                    "{} says that a file system with open files has moved",
                    session.client().name());
        }
    }

    private void say(String to) {
        LOG.warn(
                "{} has moved a file system{}; requests are answered EREMOTE",
                session.client().name(),
                to);
    }

    private static String to(List<String> places) {
        return places.isEmpty() ? "" : " to " + String.join(", ", places);
    }

    /** Servers with the path there, of the attribute alone. */
    private static List<String> read(XdrReader in) {
        var words = in.getCount(8);
        var given = words > 0 && (in.getInt() >>> Bit.FS_LOCATIONS & 1) != 0;
        in.skip(Integer.BYTES * Math.max(0, words - 1));
        if (in.getInt() == 0 || !given) {
            return List.of();
        }
        path(in);
        var places = new ArrayList<String>();
        for (var locations = in.getCount(NAMES_MAX); locations > 0; locations--) {
            var servers = new ArrayList<String>();
            for (var count = in.getCount(NAMES_MAX); count > 0; count--) {
                servers.add(name(in));
            }
            var path = path(in);
            servers.forEach(server -> places.add(server + ':' + path));
        }
        return places.subList(0, Math.min(SHOWN_MAX, places.size()));
    }

    private static String path(XdrReader in) {
        var path = new StringBuilder();
        for (var names = in.getCount(NAMES_MAX); names > 0; names--) {
            path.append('/').append(name(in));
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    /** What a server says goes into the log without anything that is no letter, digit or mark. */
    private static String name(XdrReader in) {
        var bytes = in.getBytes(NAME_BYTES_MAX);
        return new String(bytes, StandardCharsets.UTF_8).replaceAll("[^\\p{L}\\p{N}\\p{P}]", "?");
    }
}
