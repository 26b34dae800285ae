package org.dpfs4j.uring;

import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.NameIn;

/** Finds the entries of directories and forgets nodes. */
final class Lookups {
    private final LaneTree on;

    Lookups(LaneTree on) {
        this.on = on;
    }

    void forget(long nodeId, long lookups) {
        var node = on.tree().nodes().forget(nodeId, lookups);
        if (node != null) {
            on.ready().drop(nodeId);
            on.bury(node.fd());
        }
    }

    void lookup(NameIn in, EntryReply reply) {
        if (!in.name().isEntryName()) {
            if (on.exports() && in.name().isDots()) {
                new Exports(on).lookup(in, reply);
            } else {
                reply.fail(Errno.EINVAL);
            }
            return;
        }
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var directory = parent.fd().number();
        var volume = parent.volume();
        var name = in.name().address();
        var mount = parent.mount();
        var trusted = on.tree().freshness().trusts(on.calls(), directory);
        if (volume.metadata().quick()) {
            var start = System.nanoTime();
            if (volume.searches().quick() && isFound(directory, name, mount, trusted, reply)) {
                parent.fd().release();
                volume.searches().since(start);
                return;
            }
            var found = onLane(volume, directory, name);
            if (FileCalls.isKnown(found)) {
                parent.fd().release();
                answer(found, false, mount, trusted, reply);
                volume.metadata().since(start);
                return;
            }
        }
        on.onWorker(reply, parent.fd(), calls -> search(calls, volume, directory, name), (found, owner) -> {
            answer(found, true, mount, trusted, owner);
        });
    }

    /** Answers for a file that is open already, and for one that is not there: most are asked for again. */
    private boolean isFound(int directory, long name, long mount, boolean trusted, EntryReply reply) {
        var found = on.tree().find(on.calls(), directory, name, reply.entry());
        if (found < 0) {
            missing(found, trusted, reply);
        } else if (found > 0) {
            on.tree().freshness().below(mount, trusted, on.calls().statx(), reply.entry());
            reply.ok();
        }
        return found != 0;
    }

    /** What the kernel has at hand, and the rest where looking for it is quicker than going elsewhere. */
    private int onLane(Volume volume, int directory, long name) {
        var found = on.calls().openName(directory, name, true);
        if (FileCalls.isKnown(found) || !volume.searches().quick()) {
            return found;
        }
        var start = System.nanoTime();
        var result = on.calls().openName(directory, name, false);
        volume.searches().since(start);
        return result;
    }

    private static int search(FileCalls calls, Volume volume, int directory, long name) {
        var start = System.nanoTime();
        var found = calls.openName(directory, name, false);
        volume.searches().since(start);
        if (found >= 0) {
            var opened = System.nanoTime();
            calls.attributes(found);
            volume.metadata().since(opened);
        }
        return found;
    }

    private void answer(int found, boolean fresh, long mount, boolean trusted, EntryReply reply) {
        if (found < 0) {
            missing(found, trusted, reply);
            return;
        }
        var result = on.tree().enter(on.calls(), found, fresh, reply.entry());
        if (result < 0) {
            LaneTree.fail(reply, result);
        } else {
            on.tree().freshness().below(mount, trusted, on.calls().statx(), reply.entry());
            reply.ok();
        }
    }

    /** Answers with the node behind an O_PATH descriptor, which is entered or closed. */
    void enter(int fd, boolean fresh, EntryReply reply) {
        enter(fd, fresh, Nodes.Room.NONE, reply);
    }

    /** As {@link #enter(int, boolean, EntryReply)}, in the room that was reserved for it. */
    void enter(int fd, boolean fresh, Nodes.Room room, EntryReply reply) {
        var result = on.tree().enter(on.calls(), fd, fresh, room, reply.entry());
        if (result < 0) {
            LaneTree.fail(reply, result);
        } else {
            reply.ok();
        }
    }

    private void missing(int result, boolean trusted, EntryReply reply) {
        var timeout = on.tree().freshness().negativeNanos(trusted);
        if (result == -Errno.ENOENT.code() && timeout > 0) {
            reply.entry().entryTimeoutNanos(timeout);
            reply.ok();
        } else {
            LaneTree.fail(reply, result);
        }
    }
}
