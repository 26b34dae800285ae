package org.dpfs4j.transport;

import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;

/**
 * One descriptor chain in flight: what the driver wrote for us and where our answer goes, as checked addresses of this
 * process. How the driver cut the chain into descriptors means nothing. Each popped exchange is pushed exactly once.
 */
public class Exchange {
    private final int index;
    private final Iovecs request;
    private final Iovecs reply;
    private Object attachment;
    private boolean orphan;

    /**
     * An exchange to be used again and again for one index.
     *
     * @param index unique among the exchanges of its queue, 0 to the queue's size - 1
     */
    protected Exchange(int index, IovecPool pool) {
        this.index = index;
        request = new Iovecs(pool);
        reply = new Iovecs(pool);
    }

    /** Which exchange of its queue this is. */
    public final int index() {
        return index;
    }

    /** How many entries of its ring this takes while it is in flight. */
    public int ringEntries() {
        return 1;
    }

    /** The bytes of the request; shared with the guest, which may change them at any time: read each once. */
    public final Iovecs request() {
        return request;
    }

    /** Where the bytes of the reply go. */
    public final Iovecs reply() {
        return reply;
    }

    /**
     * The queue does not wait for this exchange any more: what comes of it is for nobody, and the guest may use its memory for
     * something else. Nothing of ours is written there from now on; it is still pushed once.
     */
    public final void orphan() {
        orphan = true;
    }

    /** Whether nobody waits for it. */
    public final boolean isOrphan() {
        return orphan;
    }

    /** What the FUSE side has attached, null at first; it stays for the next request of this index. */
    public final Object attachment() {
        return attachment;
    }

    /** Attaches the FUSE side's own object. */
    public final void attach(Object object) {
        attachment = object;
    }
}
