package org.dpfs4j.fs;

import org.dpfs4j.io.Lane;
import org.dpfs4j.metrics.Gauges;

/**
 * A backend's tree as one device sees it: node and handle tables, budgets. Lives from INIT to DESTROY, reset or
 * disconnect. Its tables are used by several lanes at once.
 */
public interface Share extends AutoCloseable {
    /**
     * What this share does of what the guest offered, as {@link org.dpfs4j.wire.InitFlags}; the session answers INIT
     * with what all mounts of the device do.
     */
    long features();

    /**
     * The file system for one lane; called once per lane, on it.
     *
     * @param negotiatedFlags what INIT was answered with, {@link org.dpfs4j.wire.InitFlags}
     */
    FileSystem attach(Lane lane, long negotiatedFlags);

    /**
     * Tells what this share holds for its guest; a share that does not know tells nothing. From any thread, at any time,
     * also when it is closed: what is read must be built for that.
     */
    default void tell(Gauges gauges) {}

    /**
     * Drops every node and handle. Operations may still be under way: they end as they can, and find nothing afterwards.
     * From any thread, once.
     */
    @Override
    void close();
}
