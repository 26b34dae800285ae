package org.dpfs4j.uring;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;

/**
 * Files that a guest has closed a moment ago and that were open for reading only: programs open the same ones again and again,
 * and opening costs more than anything else that is done for a small file. Each is for one open file at a time, as if it had
 * been opened for it. They are closed within {@link #KEPT_MILLIS}, and at once when the guest forgets the file on this lane.
 * Belongs to a lane.
 */
final class ReadyFiles {
    /** Sweeps are so far apart; what two of them have seen is closed. */
    static final long KEPT_MILLIS = 500;

    /** A power of two. Ids come one after the other, so that a guest's last ones have places of their own. */
    private static final int PLACES = 2048;

    private final Lane lane;
    private final DescriptorBudget.Account account;
    private final Consumer<Fd> closing;
    private long[] ids;
    private Fd[] files;
    private boolean[] seen;
    private int count;

    /**
     * None yet.
     *
     * @param closing closes what has not been needed
     */
    ReadyFiles(Lane lane, DescriptorBudget.Account account, Consumer<Fd> closing) {
        this.lane = lane;
        this.account = account;
        this.closing = closing;
    }

    private static int place(long nodeId) {
        return (int) nodeId & PLACES - 1;
    }

    /** Takes out the file of a node, which is the caller's then; null when it is not ready. */
    Fd take(long nodeId) {
        var place = place(nodeId);
        return count > 0 && ids[place] == nodeId ? remove(place) : null;
    }

    /** Keeps a file that its owner has closed; false when there is no room, and it is still the caller's. */
    boolean keep(long nodeId, Fd file) {
        if (ids == null) {
            ids = new long[PLACES];
            files = new Fd[PLACES];
            seen = new boolean[PLACES];
        }
        var place = place(nodeId);
        if (files[place] != null) {
            closing.accept(remove(place));
        }
        if (!account.holdReady()) {
            return false;
        }
        ids[place] = nodeId;
        files[place] = file;
        seen[place] = false;
        if (count++ == 0) {
            sweepLater();
        }
        return true;
    }

    /** The guest has forgotten a node. */
    void drop(long nodeId) {
        var file = take(nodeId);
        if (file != null) {
            file.close();
        }
    }

    /** Closes all, for descriptors are short. */
    void clear() {
        for (int place = 0; count > 0; place++) {
            if (files[place] != null) {
                closing.accept(remove(place));
            }
        }
    }

    private Fd remove(int place) {
        var file = files[place];
        files[place] = null;
        ids[place] = 0;
        count--;
        account.releaseReady();
        return file;
    }

    private void sweepLater() {
        lane.eventLoop().schedule(this::sweep, KEPT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        for (int place = 0; place < PLACES && count > 0; place++) {
            if (files[place] != null && seen[place]) {
                closing.accept(remove(place));
            }
            seen[place] = true;
        }
        if (count > 0) {
            sweepLater();
        }
    }
}
