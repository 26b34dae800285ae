package org.dpfs4j.nfs;

import java.util.concurrent.ThreadLocalRandom;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.OpenOps;
import org.dpfs4j.nfs.v4.OpenState;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.States;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.OpenReplyFlags;
import org.dpfs4j.wire.ReleaseIn;

/**
 * Files from open to release. The server is asked at every open, so that a guest sees what others had closed before: what it
 * has cached stays only if the file has not changed since.
 */
final class Openings {
    private final LaneMount mount;
    private final States states;
    private final Removal removal;
    private final Locks locks;
    private final Commits commits;
    private final Delegations delegations;
    private final Unheard unheard;

    Openings(LaneMount mount, Removal removal, Locks locks, Commits commits) {
        this.mount = mount;
        this.locks = locks;
        this.commits = commits;
        this.removal = removal;
        delegations = mount.share().delegations();
        unheard = new Unheard(mount);
        states = mount.session().client().states();
    }

    void open(OpenIn in, OpenReply reply) {
        var node = mount.node(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (!node.isRegular()) {
            reply.fail(node.isDirectory() ? Errno.EISDIR : node.isSymlink() ? Errno.ELOOP : Errno.ENXIO);
            return;
        }
        var flags = mount.flags(in.flags());
        var truncates = (flags & OpenFlags.TRUNC) != 0;
        if (truncates || OpenFile.access(flags) != OpenOps.READ) {
            delegations.change(node, mount.session(), () -> ask(in, node, flags, truncates, reply));
            return;
        }
        var shared = delegations.reuse(node, mount.credential(in), mount.session());
        if (shared == null) {
            askForReading(in, node, flags, reply);
        } else {
            openedAgain(node, shared, flags, reply);
        }
    }

    /** The file is as it was when the same user opened it before, and is open still. */
    private void openedAgain(NfsNode node, SharedOpen shared, int flags, OpenReply reply) {
        var file = new OpenFile(node, shared, states.owner(), flags);
        var number = enter(file);
        if (number == 0) {
            reply.fail(Errno.ENFILE);
            return;
        }
        reply.opened().handle(number).flags(cacheFlags(node, shared.change()));
        reply.ok();
    }

    private void askForReading(OpenIn in, NfsNode node, int flags, OpenReply reply) {
        var state = states.opening(OpenOps.READ, mount.credential(in));
        var had = node.delegation();
        var now = delegations.now(node);
        var wanted = delegations.wants(node, mount.session());
        var since = wanted ? now : Delegations.NOT_ASKED;
        var call = mount.call(in, node);
        OpenOps.open(call.changes(), state, wanted);
        call.getattr(AttributeMask.FILE);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                abandoned(done, results, state, node.handle());
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            state.opened(node.handle(), OpenOps.opened(results, state));
            results.attributes(mount.attributes());
            var shared = delegations.opened(node, state, mount.attributes(), mount.session(), since, had);
            states.add(state, mount.session());
            var number = enter(
                    shared == null
                            ? new OpenFile(node, state, flags)
                            : new OpenFile(node, shared, state.owner(), flags));
            if (number == 0) {
                reply.fail(Errno.ENFILE);
                return;
            }
            reply.opened().handle(number).flags(cacheFlags(node));
            reply.ok();
        });
    }

    private void ask(OpenIn in, NfsNode node, int flags, boolean truncates, OpenReply reply) {
        var access = OpenFile.access(flags) | (truncates ? OpenOps.WRITE : 0);
        var state = states.opening(access, mount.credential(in));
        var call = mount.call(in, node);
        OpenOps.open(call.changes(), state);
        if (truncates) {
            call.setattr(null, true, mount.changes().size(0));
        }
        call.getattr(AttributeMask.FILE);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                delegations.changed(node);
                abandoned(done, results, state, node.handle());
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            state.opened(node.handle(), OpenOps.opened(results, state));
            if (truncates) {
                results.setattr();
                node.replaced(0, Long.MAX_VALUE);
            }
            results.attributes(mount.attributes());
            states.add(state, mount.session());
            var number = enter(new OpenFile(node, state, flags));
            if (number == 0) {
                reply.fail(Errno.ENFILE);
                return;
            }
            reply.opened().handle(number).flags(cacheFlags(node));
            reply.ok();
        });
    }

    /** A later operation failed, or its result makes no sense: what was opened before it is closed. */
    private void abandoned(Call call, Results results, OpenState state, FileHandle handle) {
        if (results.left() > 2) {
            results.putfh();
            state.opened(handle, OpenOps.opened(results, state));
        }
        if (state.handle() != null) {
            close(state);
        } else if (Unheard.isUnheard(call, state, results.status())) {
            unheard.close(state, handle);
        }
    }

    /** Enters an open file; 0 when there are too many, and it is closed again. */
    private long enter(OpenFile file) {
        var number = mount.handles().add(file);
        if (number != 0) {
            removal.opened(file.node());
            return number;
        }
        if (file.writable()) {
            delegations.changed(file.node());
        }
        if (delegations.isClosedBy(file)) {
            close(file.state());
        }
        return 0;
    }

    private int cacheFlags(NfsNode node) {
        node.linkCount(mount.attributes().linkCount());
        return cacheFlags(node, mount.attributes().change());
    }

    private static int cacheFlags(NfsNode node, long change) {
        var same = change == node.knownChange();
        node.knownChange(change);
        return same ? OpenReplyFlags.KEEP_CACHE : 0;
    }

    /** Closes what nobody waits for. */
    private void close(OpenState state) {
        states.remove(state);
        states.refuseDelegation(state, mount.session());
        var call = mount.session().call(state.credential());
        call.putfh(state.handle());
        call.changes().close(state);
        call.submit((done, results) -> {
            if (results.status() == Status.NO_ANSWER) {
                unheard.close(state, state.handle());
            }
        });
    }

    void create(CreateIn in, CreateReply reply) {
        if (Creation.isNobody(in)) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var parent = mount.directory(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var flags = mount.flags(in.flags());
        var state = states.opening(OpenFile.access(flags), mount.credential(in, in.extensions()));
        var exclusive = (flags & OpenFlags.EXCL) != 0;
        var changes = mount.changes().mode(in.mode());
        if (!exclusive && (flags & OpenFlags.TRUNC) != 0) {
            changes.size(0);
        }
        var once = exclusive && mount.share().facts().createsOnce();
        var existing =
                once ? OpenOps.Existing.REFUSED_ONCE : exclusive ? OpenOps.Existing.REFUSED : OpenOps.Existing.OPENED;
        var call = mount.session().call(state.credential());
        call.putfh(parent.handle());
        call.changes();
        OpenOps.create(
                call, state, in.name(), existing, ThreadLocalRandom.current().nextLong(), changes);
        call.getfh();
        call.getattr(AttributeMask.FILE);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                if (state.handle() != null) {
                    close(state);
                } else if (Unheard.isUnheard(done, state, results.status())) {
                    unheard.close(state, parent.handle(), in.name().bytes());
                }
                LaneMount.fail(
                        reply, results.status() == Status.SYMLINK && exclusive ? Status.EXIST : results.status());
                return;
            }
            results.putfh();
            var id = OpenOps.opened(results, state);
            results.handle(mount.handle());
            state.opened(mount.handle().copy(), id);
            results.attributes(mount.attributes());
            states.add(state, mount.session());
            if (once) {
                stamp(in, reply, state, flags);
            } else {
                created(in, reply, state, flags);
            }
        });
    }

    /** A file that was made exclusively has, instead of its times, what tells its maker from others (RFC 8881, 18.16.3). */
    private void stamp(CreateIn in, CreateReply reply, OpenState state, int flags) {
        var call = mount.session().call(state.credential());
        call.putfh(state.handle());
        call.setattr(state, false, mount.changes().atimeNow().mtimeNow());
        call.getfh();
        call.getattr(AttributeMask.FILE);
        call.about(reply, null, 0).insist().submit((done, results) -> {
            if (!results.isOk()) {
                close(state);
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            results.setattr();
            results.handle(mount.handle());
            results.attributes(mount.attributes());
            created(in, reply, state, flags);
        });
    }

    private void created(CreateIn in, CreateReply reply, OpenState state, int flags) {
        var node = mount.lookedUp();
        if (node == null) {
            close(state);
            reply.fail(Errno.ENFILE);
            return;
        }
        LaneMount.placed(node, in.nodeId(), in.name());
        if (mount.attributes().sizeBytes() == 0) {
            node.replaced(0, Long.MAX_VALUE);
        }
        var file = new OpenFile(node, state, flags);
        delegations.change(node, mount.session(), () -> {});
        if (!file.writable()) {
            delegations.changed(node); // it may have been cut
        }
        var number = enter(file);
        if (number == 0) {
            mount.nodes().forget(node.id(), 1);
            reply.fail(Errno.ENFILE);
            return;
        }
        mount.fill(reply.entry(), node.id());
        reply.opened().handle(number).flags(cacheFlags(node));
        reply.ok();
    }

    void release(ReleaseIn in, StatusReply reply) {
        if (mount.file(in.handle(), reply) == null) {
            return;
        }
        if (!(mount.handles().remove(in.handle()) instanceof OpenFile file)) {
            reply.fail(Errno.EBADF);
            return;
        }
        commits.commit(file.node(), () -> locks.release(file, () -> close(file, reply)));
    }

    private void close(OpenFile file, StatusReply reply) {
        if (!delegations.isClosedBy(file)) {
            removal.closed(file.node());
            reply.ok();
            return;
        }
        var state = file.state();
        states.remove(state);
        var call = mount.session().call(state.credential());
        call.putfh(state.handle());
        call.changes().close(state);
        call.about(reply, null, 0).submit((done, results) -> {
            if (file.writable()) {
                delegations.changed(file.node());
            }
            if (results.status() == Status.NO_ANSWER || results.status() == Status.NONSENSE || state.isLost()) {
                unheard.close(state, state.handle());
            }
            removal.closed(file.node());
            reply.ok();
        });
    }
}
