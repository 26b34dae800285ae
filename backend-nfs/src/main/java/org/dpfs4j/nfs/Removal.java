package org.dpfs4j.nfs;

import java.nio.charset.StandardCharsets;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.Continuation;
import org.dpfs4j.nfs.v4.CreateOps;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.RenameFlags;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.Request;

/**
 * What takes names away. A server forgets a file with its last name, whoever has it open; so a file that is open here gets
 * another name instead, which goes when it is closed.
 */
final class Removal {
    private final LaneMount mount;
    private final OpenNames names;
    private final Delegations delegations;
    private final Continuation removed = this::removed;

    Removal(LaneMount mount) {
        this.mount = mount;
        delegations = mount.share().delegations();
        names = mount.share().openNames();
    }

    /** A node is open once more. */
    void opened(NfsNode node) {
        names.opened(node);
    }

    /** A node is open once less; when that was the last time, the name that it lives under goes, too. */
    void closed(NfsNode node) {
        var hidden = names.closed(node);
        if (hidden == null) {
            return;
        }
        var parent = mount.nodes().get(hidden.parentId());
        if (parent != null) {
            var call = mount.session().call(hidden.credential());
            call.putfh(parent.handle());
            call.changes().remove(hidden.name());
            call.submit((done, results) -> {});
        }
    }

    void unlink(NameIn in, StatusReply reply) {
        var parent = mount.directory(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var node = mount.share().config().sillyRename() ? names.find(in.nodeId(), in.name()) : null;
        if (node == null) {
            delegations.changeName(in.nodeId(), in.name(), mount.session(), () -> remove(in, parent, false, reply));
        } else {
            hide(in, in.name(), parent, node, reply, reply::ok);
        }
    }

    void rmdir(NameIn in, StatusReply reply) {
        var parent = mount.directory(in.nodeId(), reply);
        if (parent != null) {
            remove(in, parent, true, reply);
        }
    }

    /** REMOVE takes anything away: the type is asked for first. */
    private void remove(NameIn in, NfsNode parent, boolean directory, StatusReply reply) {
        var ask = mount.call(in, parent);
        ask.lookup(in.name());
        ask.getattr(AttributeMask.FILE);
        ask.about(reply, null, 0).submit((asked, found) -> {
            if (!found.isOk()) {
                LaneMount.fail(reply, found);
                return;
            }
            found.putfh();
            found.lookup();
            found.attributes(mount.attributes());
            if (mount.attributes().isDirectory() != directory) {
                reply.fail(directory ? Errno.ENOTDIR : Errno.EISDIR);
                return;
            }
            var call = mount.call(in, parent);
            call.changes().remove(in.name());
            call.about(reply, in, 0).submit(removed);
        });
    }

    private void removed(Call call, Results results) {
        var reply = (StatusReply) call.reply();
        if (results.isOk()) {
            results.putfh();
            results.remove();
            var in = (NameIn) call.subject();
            delegations.changeName(in.nodeId(), in.name(), mount.session(), () -> {});
            reply.ok();
        } else {
            LaneMount.fail(reply, results);
        }
    }

    /** Gives an open file a name that nobody looks for, and goes on. */
    private void hide(Request in, Name name, NfsNode parent, NfsNode node, StatusReply reply, Runnable then) {
        delegations.change(node, mount.session(), () -> rename(in, name, parent, node, reply, then));
    }

    private void rename(Request in, Name name, NfsNode parent, NfsNode node, StatusReply reply, Runnable then) {
        var hidden = names.hiddenName(node);
        var call = mount.call(in, parent);
        call.savefh();
        call.putfh(parent.handle());
        CreateOps.rename(call.changes(), name.bytes(), hidden.getBytes(StandardCharsets.US_ASCII));
        var credential = mount.credential(in);
        call.about(reply, null, 0).submit((done, results) -> {
            if (results.isOk()) {
                names.hidden(
                        node,
                        new OpenNames.Hidden(parent.id(), hidden.getBytes(StandardCharsets.US_ASCII), credential));
            }
            delegations.changed(node);
            if (results.isOk()) {
                then.run();
            } else {
                LaneMount.fail(reply, results);
            }
        });
    }

    void rename(RenameIn in, StatusReply reply) {
        var from = mount.directory(in.nodeId(), reply);
        if (from == null) {
            return;
        }
        var to = mount.directory(in.newParentId(), reply);
        if (to == null) {
            return;
        }
        if (in.flags() != 0 && in.flags() != RenameFlags.NOREPLACE) {
            reply.fail(Errno.EINVAL);
            return;
        }
        namesChange(in, () -> rename(in, from, to, reply));
    }

    /** Both files of a rename are about to change, or just did: the replaced one, and the moved one, which has another time. */
    private void namesChange(RenameIn in, Runnable then) {
        var session = mount.session();
        delegations.changeName(
                in.nodeId(),
                in.name(),
                session,
                () -> delegations.changeName(in.newParentId(), in.newName(), session, then));
    }

    private void rename(RenameIn in, NfsNode from, NfsNode to, StatusReply reply) {
        if (in.flags() == RenameFlags.NOREPLACE) {
            renameWithoutReplacing(in, from, to, reply);
            return;
        }
        var victim = mount.share().config().sillyRename() ? names.find(in.newParentId(), in.newName()) : null;
        var source = names.find(in.nodeId(), in.name());
        if (victim == null || victim == source) {
            move(in, from, to, reply);
        } else {
            moveOver(in, from, to, victim, reply);
        }
    }

    /** Before an open file gives way, it must be sure that the move is possible: only a file replaces one. */
    private void moveOver(RenameIn in, NfsNode from, NfsNode to, NfsNode victim, StatusReply reply) {
        var ask = mount.call(in, from);
        ask.lookup(in.name());
        ask.getattr(AttributeMask.FILE);
        ask.about(reply, null, 0).submit((asked, found) -> {
            if (!found.isOk()) {
                LaneMount.fail(reply, found);
                return;
            }
            found.putfh();
            found.lookup();
            found.attributes(mount.attributes());
            if (mount.attributes().isDirectory()) {
                reply.fail(Errno.ENOTDIR);
            } else {
                hide(in, in.newName(), to, victim, reply, () -> move(in, from, to, reply));
            }
        });
    }

    private void move(RenameIn in, NfsNode from, NfsNode to, StatusReply reply) {
        var call = mount.call(in, from);
        call.savefh();
        call.putfh(to.handle());
        CreateOps.rename(call.changes(), in.name().bytes(), in.newName().bytes());
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                LaneMount.fail(reply, results);
                return;
            }
            names.moved(in.nodeId(), in.name(), in.newParentId(), in.newName());
            namesChange(in, () -> {});
            reply.ok();
        });
    }

    /** NFS has no such operation: a second name, where there must be none, and then the first one goes. */
    private void renameWithoutReplacing(RenameIn in, NfsNode from, NfsNode to, StatusReply reply) {
        var call = mount.call(in, from);
        call.lookup(in.name());
        call.savefh();
        call.putfh(to.handle());
        CreateOps.link(call.changes(), in.newName());
        call.putfh(from.handle());
        call.remove(in.name());
        call.about(reply, null, 0).submit((done, results) -> {
            namesChange(in, () -> {});
            if (results.isOk()) {
                names.moved(in.nodeId(), in.name(), in.newParentId(), in.newName());
                reply.ok();
            } else if (results.left() == 5 && Removal.cannotBeLinked(results.status())) {
                reply.fail(Errno.EINVAL); // a directory: the guest's program does without the flag
            } else {
                LaneMount.fail(reply, results);
            }
        });
    }

    private static boolean cannotBeLinked(int status) {
        return status == Status.ISDIR || status == Status.INVAL || status == Status.NOTSUPP || status == Status.PERM;
    }
}
