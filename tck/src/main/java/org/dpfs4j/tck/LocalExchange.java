package org.dpfs4j.tck;

import java.lang.foreign.Arena;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.transport.Exchange;

/** A descriptor chain of a {@link LocalQueue}: bytes cut into pieces as a driver might. Belongs to the queue's lane. */
public final class LocalExchange extends Exchange {
    private Scatter sent;
    private Scatter written;
    private long roomBytes;

    /** An exchange for one index. */
    public LocalExchange(int index, IovecPool pool) {
        super(index, pool);
    }

    /**
     * Makes it a new request.
     *
     * @param requestPiece bytes of each piece of the request, 1 or more
     * @param room bytes that have room in the reply
     * @param replyPiece bytes of each piece of the reply's room, 1 or more
     */
    public void fill(byte[] bytes, int requestPiece, int room, int replyPiece) {
        fill(bytes, Scatter.evenly(Arena.ofAuto(), bytes.length, requestPiece), room, replyPiece);
    }

    /** Makes it a new request of two pieces. */
    public void fillInTwo(byte[] bytes, int firstPiece, int room, int replyPiece) {
        fill(bytes, Scatter.inTwo(Arena.ofAuto(), bytes.length, firstPiece), room, replyPiece);
    }

    private void fill(byte[] bytes, Scatter source, int room, int replyPiece) {
        request().clear();
        reply().clear();
        source.put(bytes);
        source.addTo(request());
        sent = source;
        written = Scatter.evenly(Arena.ofAuto(), room, replyPiece);
        written.addTo(reply());
        roomBytes = room;
    }

    /** The first bytes of the reply; an error when there is no such room, or when something was written beside it. */
    byte[] answer(long bytes) {
        if (bytes < 0 || bytes > roomBytes) {
            throw new AssertionError(bytes + " bytes written where " + roomBytes + " have room");
        }
        if (!written.guardsAreIntact() || !sent.guardsAreIntact()) {
            throw new AssertionError("bytes written outside of the reply");
        }
        return written.bytes((int) bytes);
    }
}
