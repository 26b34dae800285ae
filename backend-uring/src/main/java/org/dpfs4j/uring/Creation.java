package org.dpfs4j.uring;

import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.io.Completion;
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
 * Makes files, which belong to the caller: always on a worker that acts as the caller, so that ownership, set-gid
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

    /** Makes an entry and finds it again; what has taken its place meanwhile is what a LOOKUP would find, too. */
    private void make(Request in, Extensions extensions, long name, EntryReply reply, Making making) {
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
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
                LaneTree.fail(owner, result);
            } else {
                lookups.enter(result, true, owner);
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
        var directory = parent.fd().number();
        var volume = parent.volume();
        var name = in.name().address();
        var mode = in.mode() & Mode.PERMISSIONS;
        var flags = openings.serverFlags(in.flags());
        var umask = in.umask();
        Step step = calls -> {
            var made = calls.create(
                    directory, name, flags & ~OpenFlags.TRUNC, newborn.mode(calls, directory, mode, umask));
            return newborn.labelled(calls, in.extensions(), made, directory, name);
        };
        // Held twice: a file that is there already is opened in a second step, as the server.
        var mayExist = (in.flags() & OpenFlags.EXCL) == 0 && parent.fd().acquire();
        on.asCaller(in, in.extensions(), reply, parent, step, (result, owner) -> {
            if (mayExist && result == -Errno.EEXIST.code()) {
                Step open = calls -> openExisting(calls, directory, name, flags);
                Completion<CreateReply> opened = (fd, last) -> created(fd, flags, volume, last);
                if (in.killsSetIds() && (flags & OpenFlags.TRUNC) != 0) {
                    on.clearingSetIds(owner, parent.fd(), LaneTree.Group.ITS_OWN, open, opened);
                } else {
                    on.onWorker(owner, parent.fd(), open, opened);
                }
                return;
            }
            if (mayExist) {
                parent.fd().release();
            }
            created(result, flags, volume, owner);
        });
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

    /** Enters the node behind a file just opened, which is that very file whatever its name means by now. */
    private void created(int fd, int flags, Volume volume, CreateReply reply) {
        if (fd < 0) {
            LaneTree.fail(reply, fd);
            return;
        }
        var handle = openings.enter(fd, flags, volume);
        if (handle == 0) {
            reply.fail(Errno.ENFILE);
            return;
        }
        var name = on.calls().reopen(fd, OpenFlags.PATH);
        var result = name < 0 ? name : on.tree().enter(on.calls(), name, true, reply.entry());
        if (result < 0) {
            close(handle);
            LaneTree.fail(reply, result);
            return;
        }
        reply.opened().handle(handle);
        reply.ok();
    }

    private void close(long handle) {
        var opened = on.tree().handles().remove(handle);
        if (opened != null) {
            opened.fd().close();
        }
    }
}
