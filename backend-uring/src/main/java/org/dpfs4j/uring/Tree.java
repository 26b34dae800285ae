package org.dpfs4j.uring;

import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.fs.HandleTable;
import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.EntryOut;

/**
 * What the lanes of a device share: the nodes its guest knows and what it has open. Used by all of them at once.
 *
 * @param opened how much of the room for what is open is taken
 */
record Tree(
        UringConfig config,
        ClientArch clientArch,
        Volumes volumes,
        Freshness freshness,
        Nodes nodes,
        HandleTable<Handle> handles,
        DescriptorBudget.Account account,
        AtomicInteger opened) {
    /** A tree with nothing open yet. */
    static Tree of(
            UringConfig config,
            ClientArch clientArch,
            Volumes volumes,
            Freshness freshness,
            Nodes nodes,
            DescriptorBudget.Account account) {
        return new Tree(
                config,
                clientArch,
                volumes,
                freshness,
                nodes,
                new HandleTable<>(config.budget().handlesMax()),
                account,
                new AtomicInteger());
    }

    /** Closes everything the guest knows and has open. */
    void close() {
        handles.close(handle -> handle.fd().close());
        nodes.close();
    }

    /** As {@link #enter(FileCalls, int, boolean, Nodes.Room, EntryOut)}, of what was there before. */
    int enter(FileCalls calls, int fd, boolean fresh, EntryOut entry) {
        return enter(calls, fd, fresh, Nodes.Room.NONE, entry);
    }

    /**
     * Enters what was just found, counts a lookup of it and fills in the entry.
     *
     * @param fd an O_PATH descriptor, which the tree keeps or closes
     * @param fresh whether its attributes were read a moment ago, so that what this machine knows of them is enough
     * @param room what was reserved for it, which is used up
     * @return 0, or a negated errno: then nothing was counted
     */
    int enter(FileCalls calls, int fd, boolean fresh, Nodes.Room room, EntryOut entry) {
        var result = fresh ? calls.knownAttributes(fd) : calls.attributes(fd);
        if (result < 0) {
            calls.close(fd);
            nodes.unreserve(room);
            return result;
        }
        var id = nodes.enter(calls, fd, room);
        if (id < 0) {
            return (int) id;
        }
        fill(calls, id, entry);
        return 0;
    }

    /**
     * Enters a file that was just opened and lends its descriptor to the node, see {@link Nodes#enter(FileCalls, Fd, Nodes.Room)}.
     *
     * @return 0, or a negated errno: then nothing was counted
     */
    int enter(FileCalls calls, Fd file, Nodes.Room room, EntryOut entry) {
        var result = calls.knownAttributes(file.number());
        if (result < 0) {
            nodes.unreserve(room);
            return result;
        }
        var id = nodes.enter(calls, file, room);
        if (id < 0) {
            return (int) id;
        }
        fill(calls, id, entry);
        return 0;
    }

    /**
     * Looks an entry of a directory up without opening it, if its file is one that is open already.
     *
     * @return 1 when it was: a lookup is counted and the entry filled in; 0 when it was not; or a negated errno
     */
    int find(FileCalls calls, int directory, long name, EntryOut entry) {
        var changes = nodes.changes();
        var result = calls.attributes(directory, name);
        if (result < 0) {
            return result;
        }
        var id = nodes.foundOpen(calls.statx(), changes);
        if (id == 0) {
            return 0;
        }
        fill(calls, id, entry);
        return 1;
    }

    /**
     * Looks an entry of a directory up that {@link #find} has not found, and whose attributes it has read, without giving it
     * a descriptor: who lists a directory does not use all that is in it.
     *
     * @return whether it could be: then a lookup is counted and the entry filled in
     */
    boolean list(FileCalls calls, int directory, long name, EntryOut entry) {
        if (calls.handle(directory, name) < 0) {
            return false;
        }
        var id = nodes.enterByHandle(calls);
        if (id == 0) {
            return false;
        }
        fill(calls, id, entry);
        return true;
    }

    /** Fills in a node and the attributes read last. */
    void fill(FileCalls calls, long id, EntryOut entry) {
        entry.nodeId(id).generation(nodes.generation(id));
        freshness.entry(calls.statx(), entry);
        config.access().toGuest(calls.statx());
        entry.attr().from(calls.statx());
    }

    /** Fills in the attributes read last. */
    void fill(FileCalls calls, AttrOut attr) {
        freshness.attributes(calls.statx(), attr);
        config.access().toGuest(calls.statx());
        attr.attr().from(calls.statx());
    }

    /** Makes room for one more open file or directory, for {@link #open} or {@link #unreserve}; false: there is none. */
    boolean reserve() {
        int now;
        do {
            now = opened.get();
            if (now == config.budget().handlesMax()) {
                return false;
            }
        } while (!opened.compareAndSet(now, now + 1));
        if (account.holdOpen()) {
            return true;
        }
        opened.decrementAndGet();
        return false;
    }

    /** Gives back what {@link #reserve} made and nobody took. */
    void unreserve() {
        opened.decrementAndGet();
        account.releaseOpen();
    }

    /**
     * Enters an open file or directory, for which there is room; its node, which is held, keeps its descriptor meanwhile.
     *
     * @return its number; 0 when the tree is closed: then it is closed, too
     */
    long open(Handle handle) {
        nodes.pin(handle.nodeId());
        var id = handles.add(handle);
        if (id == 0) {
            nodes.unpin(handle.nodeId(), handle.fd());
            unreserve();
            handle.fd().close();
        }
        return id;
    }

    /** Takes an open file or directory out, whose descriptor is the caller's to close then; null when there is none. */
    Handle take(long id) {
        var handle = handles.remove(id);
        if (handle != null) {
            nodes.unpin(handle.nodeId(), handle.fd());
            unreserve();
        }
        return handle;
    }
}
