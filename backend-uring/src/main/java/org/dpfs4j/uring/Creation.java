package org.dpfs4j.uring;

import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.io.BlockingCall;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Extensions;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SymlinkIn;

/**
 * Makes files, which belong to the caller: by whoever acts as the caller for it, a worker or the lane, so that ownership, set-gid
 * inheritance and set-gid stripping are the kernel's own. The guest has applied its caller's umask, or {@link Newborn} does.
 */
final class Creation {
    private final LaneTree on;
    private final Lookups lookups;
    private final Openings openings;
    private final Privileges privileges;
    private final Newborn newborn;

    Creation(LaneTree on, Lookups lookups, Openings openings, Privileges privileges, Xattrs xattrs) {
        this.on = on;
        this.lookups = lookups;
        this.openings = openings;
        this.privileges = privileges;
        newborn = new Newborn(on, xattrs);
    }

    /** What new files begin with. */
    Newborn newborn() {
        return newborn;
    }

    /** One way to make an entry of a directory. */
    private interface Making {
        int make(FileCalls calls, int directory, long name);
    }

    void mkdir(MkdirIn in, EntryReply reply) {
        var mode = in.mode() & Mode.PERMISSIONS;
        var umask = in.umask();
        make(in, in.extensions(), in.name().address(), reply, (calls, directory, name) -> {
            return calls.makeDirectory(directory, name, newborn.mode(calls, directory, mode, umask));
        });
    }

    void mknod(MknodIn in, EntryReply reply) {
        var mode = in.mode();
        var umask = in.umask();
        var device = in.rdev();
        make(in, in.extensions(), in.name().address(), reply, (calls, directory, name) -> {
            return calls.makeNode(directory, name, newborn.mode(calls, directory, mode, umask), device);
        });
    }

    void symlink(SymlinkIn in, EntryReply reply) {
        var target = in.target().address();
        make(in, in.extensions(), in.name().address(), reply, (calls, directory, name) -> {
            return calls.makeSymlink(target, directory, name);
        });
    }

    /** Makes an entry, if there is room for its node, and finds it again; what has taken its place meanwhile is what a LOOKUP would find, too. */
    private void make(Request in, Extensions extensions, long name, EntryReply reply, Making making) {
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var room = on.tree().nodes().reserve(parent);
        if (room == Nodes.Room.NONE) {
            parent.fd().release();
            reply.fail(Errno.ENFILE);
            return;
        }
        var directory = parent.fd().number();
        Step step = calls -> {
            var made = making.make(calls, directory, name);
            return made < 0
                    ? made
                    : newborn.labelled(calls, extensions, calls.openName(directory, name, false), directory, name);
        };
        on.asCaller(in, extensions, reply, parent, step, (result, owner) -> {
            if (result < 0) {
                on.tree().nodes().unreserve(room);
                LaneTree.fail(owner, result);
            } else {
                lookups.enter(result, true, room, owner);
            }
        });
    }

    void create(CreateIn in, CreateReply reply) {
        var refusal = Openings.refusal(in.flags());
        if (refusal != null) {
            reply.fail(refusal);
            return;
        }
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var room = reserve(parent);
        if (room == Nodes.Room.NONE) {
            parent.fd().release();
            reply.fail(Errno.ENFILE);
            return;
        }
        // Held on until the new file has been found by its name.
        var held = parent.fd();
        var again = held.acquire();
        assert again : "not held";
        var directory = held.number();
        var volume = parent.volume();
        var name = in.name().address();
        var mode = in.mode() & Mode.PERMISSIONS;
        var flags = openings.serverFlags(in.flags());
        var umask = in.umask();
        Step make = calls -> {
            var made = calls.create(
                    directory,
                    name,
                    flags & ~(OpenFlags.TRUNC | OpenFlags.DIRECT),
                    newborn.mode(calls, directory, mode, umask));
            return newborn.labelled(calls, in.extensions(), made, directory, name);
        };
        Completion<CreateReply> done = (fd, owner) -> {
            if (lends(volume, room)) {
                created(fd, flags, volume, room, owner);
            } else {
                var named = fd < 0 ? fd : on.calls().nameOf(fd, directory, name);
                created(fd, named, flags, volume, room, owner);
            }
            held.release();
        };
        if ((in.flags() & OpenFlags.EXCL) != 0) {
            on.asCaller(in, in.extensions(), reply, parent, make, done);
        } else {
            on.asCallerOr(in, in.extensions(), reply, parent, make, finding(in, directory, name, flags), done);
        }
    }

    /** Opens the file that is there as the server; who empties it takes its set-id bits where INIT said so. */
    private BlockingCall finding(CreateIn in, int directory, long name, int flags) {
        Step find = calls -> openExisting(calls, directory, name, flags);
        return in.killsSetIds() && (flags & OpenFlags.TRUNC) != 0
                ? LaneTree.clearingSetIds(calls -> look(calls, directory, name), LaneTree.Group.ITS_OWN, find)
                : LaneTree.asServer(find);
    }

    /** Makes room for a node and for an open file. */
    Nodes.Room reserve(FileNode parent) {
        if (!on.tree().reserve()) {
            return Nodes.Room.NONE;
        }
        var room = on.tree().nodes().reserve(parent);
        if (room == Nodes.Room.NONE) {
            on.tree().unreserve();
        }
        return room;
    }

    /** Reads the attributes of what has that name. */
    private static int look(FileCalls calls, int directory, long name) {
        var found = calls.openName(directory, name, false);
        if (found < 0) {
            return found;
        }
        var result = calls.attributes(found);
        calls.close(found);
        return result;
    }

    /** Opens the regular file of that name; nothing else is opened, and no link followed. */
    private int openExisting(FileCalls calls, int directory, long name, int flags) {
        var found = calls.openName(directory, name, false);
        if (found < 0) {
            return found;
        }
        var result = calls.attributes(found);
        if (result == 0) {
            var mode = calls.statx().mode();
            result = Mode.isRegular(mode)
                    ? reopen(calls, found, flags)
                    : -Openings.unopened(mode).code();
        }
        calls.close(found);
        return result;
    }

    private int reopen(FileCalls calls, int found, int flags) {
        var dropped = (flags & OpenFlags.TRUNC) != 0 ? privileges.drop(calls, found) : 0;
        return dropped < 0 ? dropped : Openings.reopen(calls, found, flags);
    }

    /** Whether a new file lends its descriptor to its node: one that can be opened again by its handle, when it is closed. */
    static boolean lends(Volume volume, Nodes.Room room) {
        return room == Nodes.Room.ENTRY && volume.local();
    }

    /** Enters a file just opened, or a negated errno, and its node, which has the file's descriptor as long as it is open. */
    void created(int fd, int flags, Volume volume, Nodes.Room room, CreateReply reply) {
        if (fd < 0) {
            on.tree().nodes().unreserve(room);
            entered(fd, null, flags, volume, reply);
        } else {
            var file = openings.held(fd, volume);
            entered(on.tree().enter(on.calls(), file, room, reply.entry()), file, flags, volume, reply);
        }
    }

    /** As above, with a node that has a descriptor of its own, {@code name} (O_PATH), which may be a negated errno, too. */
    void created(int fd, int name, int flags, Volume volume, Nodes.Room room, CreateReply reply) {
        var file = fd < 0 ? null : openings.held(fd, volume);
        if (name < 0) {
            on.tree().nodes().unreserve(room);
            entered(name, file, flags, volume, reply);
        } else {
            entered(on.tree().enter(on.calls(), name, true, room, reply.entry()), file, flags, volume, reply);
        }
    }

    /** Enters an open file, if its node is: otherwise {@code result} is a negated errno. */
    private void entered(int result, Fd file, int flags, Volume volume, CreateReply reply) {
        if (result < 0) {
            if (file != null) {
                file.close();
            }
            on.tree().unreserve();
            LaneTree.fail(reply, result);
            return;
        }
        var nodeId = reply.entry().nodeId();
        var handle = openings.enter(file, flags, volume, nodeId);
        if (handle == 0) {
            lookups.forget(nodeId, 1);
            reply.fail(Errno.ESTALE);
            return;
        }
        reply.opened().handle(handle).flags(openings.fileFlags());
        reply.ok();
    }
}
