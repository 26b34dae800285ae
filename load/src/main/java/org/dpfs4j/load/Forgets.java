package org.dpfs4j.load;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.Arrays;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.ForgetIn;
import org.dpfs4j.wire.Request;

/** The hiprio queue's driver: FORGETs that nobody waits for. Any thread, one at a time, as in Linux. */
final class Forgets implements AutoCloseable {
    private static final int BYTES = 64;
    private static final long NLOOKUP = Request.BODY + Image.at(ForgetIn.LAYOUT, "nlookup");
    private static final long UNIQUE = Image.at(Request.HEADER, "unique");

    private final DriverQueue queue;
    private final DriverRing ring;
    private final Syscalls syscalls = new Syscalls();
    private final long requests;
    private final long requestsHost;
    private final long tables;
    private final int[] free;
    private final int[] placeOfId;
    private int freeCount;
    private long unique;

    /** Of queue 0 of a device. */
    Forgets(VhostUserFrontEnd device) {
        queue = device.queue(0);
        ring = queue.ring();
        var entries = ring.entries();
        requests = device.ram().allocate((long) BYTES * entries, BYTES);
        requestsHost = device.ram().host(requests);
        tables = device.ram().allocate(16L * entries, BYTES);
        free = new int[entries];
        placeOfId = new int[entries];
        Arrays.fill(placeOfId, -1);
        var image = FuseRequests.forget(0, 0).bytes();
        for (int i = 0; i < entries; i++) {
            var at = requests + (long) BYTES * i;
            device.ram().write(at, image);
            var table = device.ram().host(tables + 16L * i);
            ring.describe(table, 0, 1, new Buffer(at, image.length, false));
            free[freeCount++] = i;
        }
        ring.wantCalls(false);
    }

    /**
     * Gives lookups of a node back.
     *
     * @throws CaseFailure when the queue is full for long
     */
    synchronized void forget(long node, long lookups) throws CaseFailure {
        reclaim();
        if (freeCount == 0) {
            awaitRoom(free.length - 1);
        }
        var place = free[--freeCount];
        var at = requestsHost + (long) BYTES * place;
        unique += 2;
        Memory.ALL.set(JAVA_LONG, at + UNIQUE, unique);
        Memory.ALL.set(JAVA_LONG, at + Request.NODE_ID, node);
        Memory.ALL.set(JAVA_LONG, at + NLOOKUP, lookups);
        placeOfId[ring.offer(tables + 16L * place, 1)] = place;
        if (ring.wantsKick()) {
            EventFd.signal(syscalls, queue.kick());
        }
    }

    private void reclaim() throws CaseFailure {
        var taken = false;
        while (ring.poll()) {
            var id = ring.usedId();
            if (id < 0 || id >= placeOfId.length || placeOfId[id] < 0) {
                throw new CaseFailure("the server gave back chain " + id + " of hiprio, which it does not have");
            }
            free[freeCount++] = placeOfId[id];
            placeOfId[id] = -1;
            taken = true;
        }
        if (taken) {
            ring.wantCalls(false);
        }
    }

    /** Waits until all have been taken. */
    synchronized void await() throws CaseFailure {
        awaitRoom(0);
    }

    private void awaitRoom(int atMostInFlight) throws CaseFailure {
        var end = System.nanoTime() + Lane.PATIENCE.toNanos();
        reclaim();
        while (free.length - freeCount > atMostInFlight) {
            if (System.nanoTime() - end > 0) {
                throw new CaseFailure("the server has taken no FORGET for " + Lane.PATIENCE.toSeconds() + " s");
            }
            Thread.onSpinWait();
            reclaim();
        }
    }

    @Override
    public void close() {
        syscalls.close();
    }
}
