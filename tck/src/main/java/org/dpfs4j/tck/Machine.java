package org.dpfs4j.tck;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** A guest's driver on a transport under test, right or wrong: what {@link TransportTck} tries, it can do. One thread. */
public interface Machine extends AutoCloseable {
    /**
     * What has come back.
     *
     * @param id which chain, as {@link #send} said
     * @param bytes what was written of the reply, as many as the device says; empty for an empty chain
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these
    record Back(int id, byte[] bytes) {}

    /** Requests that may be under way at a time in a queue. */
    int depth();

    /** Queues, the one for urgent requests included: 0 is that one, where there is one. */
    int queues();

    /** Bytes that a request has at least: fewer are nothing that can be sent. */
    default int shortest() {
        return 0;
    }

    /** Makes a request available; returns what it is known by until it has come back, at most {@code ID_MAX}. */
    int send(int queue, Parcel parcel);

    /**
     * Waits for the next one that comes back.
     *
     * @throws IllegalStateException when none does for long
     */
    Back await(int queue);

    /** Sends a request and waits for it. */
    default byte[] ask(int queue, Parcel parcel) {
        var id = send(queue, parcel);
        var back = await(queue);
        if (back.id() != id) {
            throw new AssertionError("sent " + id + ", came back " + back.id());
        }
        return back.bytes();
    }

    /** Ways to commit a fault, each making one chain available in the queue and returning its id; none if it cannot. */
    default List<IntSupplier> ways(RingFault fault, int queue) {
        return List.of();
    }

    /** Where the bytes of a request under way lie, when the device sees them change; none when they are copied. */
    default Optional<MemorySegment> requestMemory(int queue, int id) {
        return Optional.empty();
    }

    /** Where descriptors lie that the device reads while requests run, when there are such. */
    default Optional<MemorySegment> descriptorMemory(int queue) {
        return Optional.empty();
    }

    /** Ends the connection, whatever is under way. */
    @Override
    void close() throws IOException;
}
