package org.dpfs4j.fuse;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.wire.ClientArch;

/**
 * The FUSE side of one device: its session, and the pipeline on each of its queues.
 *
 * <pre>
 * QueueChannel ─► FuseEncoder (passes) ─► FuseDecoder ─► RequestRouter ─► BackendHandler ─► FileSystem
 *      ▲                                                                                       │
 *      └── push, notify ◄── FuseEncoder ◄───────────────── write(slot) ◄── answer ◄────────────┘
 * </pre>
 */
public final class FuseDevice implements DeviceEndpoint, AutoCloseable {
    /** Mounts of a device at most: a node id has eight bits for them. */
    public static final int MOUNTS = 255;

    private static final String ROOT = "/";

    private final Session session;
    private final Waits waits = new Waits();

    /**
     * A device.
     *
     * @param tag what the guest mounts, for the log
     * @param clientArch the guest's ABI
     * @param mounts backends by path: {@code /}, or {@code /} and one name each; at least one, at most {@link #MOUNTS}
     */
    public FuseDevice(String tag, ClientArch clientArch, Map<String, Backend> mounts, Lanes lanes) {
        if (mounts.isEmpty() || mounts.size() > MOUNTS) {
            throw new IllegalArgumentException("a device has 1 to " + MOUNTS + " mounts: " + mounts.size());
        }
        session = new Session(tag, clientArch, rootFirst(mounts), lanes);
    }

    private static Map<String, Backend> rootFirst(Map<String, Backend> mounts) {
        var ordered = new LinkedHashMap<String, Backend>();
        var others = mounts.keySet().stream().filter(path -> !path.equals(ROOT)).toList();
        var names = others.stream().map(path -> path.substring(1)).toList();
        ordered.put(ROOT, mounts.containsKey(ROOT) ? mounts.get(ROOT) : new SyntheticRoot(names));
        others.forEach(path -> ordered.put(path, mounts.get(path)));
        return ordered;
    }

    @Override
    public void assemble(QueueChannel queue) {
        queue.pipeline()
                .addLast(new FuseEncoder())
                .addLast(new FuseDecoder(waits))
                .addLast(new RequestRouter(session, waits))
                .addLast(new BackendHandler());
    }

    @Override
    public void reset() {
        session.end();
    }

    /** Ends the session; the device's queues are closed before. */
    @Override
    public void close() {
        session.end();
    }
}
