package org.dpfs4j.nfs;

import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.nfs.v4.OpenState;
import org.dpfs4j.nfs.v4.Turnstile;

/**
 * What has been written to one file and would be lost if the server restarted now. Pieces do not overlap: what is written
 * later replaces what was there. While lost pieces are written again, nobody else writes to the file, for an old piece must
 * never replace a newer one. All lanes use it; its lock is held for a moment only.
 */
final class Uncommitted {
    /** A part of the file, in memory of ours. */
    static final class Piece {
        final long offset;
        final long bytes;
        final long address;
        final long verifier;

        Piece(long offset, long bytes, long address, long verifier) {
            this.offset = offset;
            this.bytes = bytes;
            this.address = address;
            this.verifier = verifier;
        }

        long end() {
            return offset + bytes;
        }
    }

    private record Writer(Lane lane, Runnable work) {}

    private final RetainedMemory memory;
    private final Turnstile commits = new Turnstile();
    private final TreeMap<Long, Piece> pieces = new TreeMap<>(); // by offset: there are thousands of them
    private final ArrayDeque<Writer> barred = new ArrayDeque<>();
    private OpenState writtenBy;
    private int writing;
    private boolean closed;
    private boolean abandoned;
    private boolean relief;
    private volatile int suspicions;
    private volatile int settled;
    private Writer replay;
    private boolean unanswered;
    private int errors;
    private int errorStatus;

    Uncommitted(RetainedMemory memory) {
        this.memory = memory;
    }

    /** Those who make the file's data durable come one after the other. */
    Turnstile commits() {
        return commits;
    }

    /** Begins a write, or keeps {@code work} for later: then it is false, and nothing has begun. */
    synchronized boolean beginWrite(Lane lane, Runnable work) {
        if (closed) {
            barred.addLast(new Writer(lane, work));
            return false;
        }
        writing++;
        return true;
    }

    /** A write has ended. */
    void endWrite() {
        Writer first = null;
        synchronized (this) {
            writing--;
            if (writing == 0 && replay != null) {
                first = replay;
                replay = null;
            }
        }
        if (first != null) {
            first.lane.execute(first.work);
        }
    }

    /** Keeps all others from writing, and runs {@code work} once nobody does. */
    void beginReplay(Lane lane, Runnable work) {
        synchronized (this) {
            closed = true;
            if (writing > 0) {
                replay = new Writer(lane, work);
                return;
            }
        }
        work.run();
    }

    void endReplay() {
        List<Writer> all;
        synchronized (this) {
            closed = false;
            if (abandoned) {
                drop(List.copyOf(pieces.values()));
            }
            all = List.copyOf(barred);
            barred.clear();
        }
        all.forEach(writer -> writer.lane.execute(writer.work));
    }

    /** Data was taken and is not durable; its memory has been set aside. True when the file had no such data before. */
    boolean taken(OpenState by, long offset, Iovecs source, long from, int bytes, long verifier) {
        var copy = memory.allocate(bytes);
        source.copyOut(from, copy, bytes);
        synchronized (this) {
            var first = pieces.isEmpty();
            replaced(offset, bytes);
            pieces.put(offset, new Piece(offset, bytes, copy, verifier));
            writtenBy = by;
            return first;
        }
    }

    /** A range was written anew: what is kept of it does not count any more. */
    synchronized void replaced(long offset, long bytes) {
        var end = offset + bytes;
        var before = pieces.lowerEntry(offset);
        if (before != null && before.getValue().end() > offset) {
            cut(before.getValue(), offset, end);
        }
        var next = pieces.ceilingEntry(offset);
        while (next != null && next.getKey() < end) {
            cut(next.getValue(), offset, end);
            next = pieces.ceilingEntry(offset);
        }
    }

    /** Takes a range out of a piece. */
    private void cut(Piece piece, long from, long to) {
        pieces.remove(piece.offset);
        keep(piece, piece.offset, from);
        keep(piece, to, piece.end());
        memory.free(piece.address, piece.bytes);
    }

    /** Keeps a part of a piece that goes. */
    private void keep(Piece piece, long from, long to) {
        var bytes = to - from;
        if (bytes <= 0) {
            return;
        }
        memory.add(bytes);
        var copy = memory.allocate(bytes);
        Memory.copy(piece.address + (from - piece.offset), copy, bytes);
        pieces.put(from, new Piece(from, bytes, copy, piece.verifier));
    }

    synchronized boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Who wrote last: what is written again is written as they did. Null when nobody has. */
    synchronized OpenState writtenBy() {
        return writtenBy;
    }

    /** What is kept just now. */
    synchronized List<Piece> pieces() {
        return List.copyOf(pieces.values());
    }

    /** These pieces need not be kept any more, as far as they still are. */
    synchronized void drop(List<Piece> durable) {
        for (var piece : durable) {
            if (pieces.remove(piece.offset, piece)) {
                memory.free(piece.address, piece.bytes);
            }
        }
    }

    /** Of these pieces, those that are still kept and that a server with this verifier has lost. */
    synchronized List<Piece> lost(List<Piece> seen, long verifier) {
        return seen.stream()
                .filter(piece -> piece.verifier != verifier && pieces.get(piece.offset) == piece)
                .toList();
    }

    /** Whether to have it made durable for the sake of memory: not when that is under way. */
    synchronized boolean beginRelief() {
        var begun = !relief;
        relief = true;
        return begun;
    }

    synchronized void endRelief() {
        relief = false;
    }

    /** The server was restarted: it may not have what is kept here. */
    synchronized void suspect() {
        suspicions++;
    }

    /** How often that was: for {@link #settled}. */
    int suspicions() {
        return suspicions;
    }

    /** The server has all there was when it had been restarted so often; it may have lost more since. */
    void settled(int before) {
        settled = before;
    }

    /** Whether what the server says of the file may be older than what was written. */
    boolean isSuspect() {
        return settled != suspicions;
    }

    /** Runs something if nothing is kept, and while nothing is. */
    synchronized void whenEmpty(Runnable work) {
        if (pieces.isEmpty()) {
            work.run();
        }
    }

    /** Whether the server has not said what became of the data; true when that is new. */
    synchronized boolean unanswered(boolean now) {
        var before = unanswered;
        unanswered = now;
        return now && !before;
    }

    /** Whether somebody who asked for the data to be durable has to hear that nobody knows. */
    synchronized boolean isUnanswered() {
        return unanswered && !pieces.isEmpty();
    }

    /** Data could not be made durable: whoever has the file open hears of it once. */
    synchronized void failed(int status) {
        errors++;
        errorStatus = status;
    }

    /** How often data could not be made durable. */
    synchronized int errors() {
        return errors;
    }

    synchronized int errorStatus() {
        return errorStatus;
    }

    /** Frees everything: nobody asks any more. What is being written again just now goes when that has ended. */
    synchronized void close() {
        abandoned = true;
        if (!closed) {
            drop(List.copyOf(pieces.values()));
        }
    }
}
