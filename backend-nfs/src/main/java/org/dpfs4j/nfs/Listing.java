package org.dpfs4j.nfs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;

/**
 * Directories. Guests' offsets are the server's cookies, which are never 1 or 2: these two are the dots, which servers leave
 * out. What the server sends at a time lasts for several requests of a guest.
 */
final class Listing {
    private static final int PART_BYTES = 32 << 10;
    private static final int NAME_BYTES_MAX = 4096;
    private static final int RACES_MAX = 8;
    private static final long DOT = 1;
    private static final long DOT_DOT = 2;

    private final LaneMount mount;
    private final int partBytesMax;
    private final MemorySegment dots = Arena.ofAuto().allocate(2).fill((byte) '.');

    Listing(LaneMount mount) {
        this.mount = mount;
        partBytesMax = Math.max(PART_BYTES, mount.share().facts().readBytes());
    }

    void opendir(OpenIn in, OpenReply reply) {
        var node = mount.directory(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var number = mount.handles().add(new OpenDirectory(node));
        if (number == 0) {
            reply.fail(Errno.ENFILE);
            return;
        }
        reply.opened().handle(number);
        reply.ok();
    }

    void releasedir(ReleaseIn in, StatusReply reply) {
        if (directory(in.handle(), reply) != null) {
            mount.handles().remove(in.handle());
            reply.ok();
        }
    }

    private OpenDirectory directory(long handle, org.dpfs4j.fs.Reply reply) {
        switch (mount.handles().get(handle)) {
            case OpenDirectory directory -> {
                return directory;
            }
            case OpenFile _ -> reply.fail(Errno.ENOTDIR);
            case null -> reply.fail(Errno.EBADF);
        }
        return null;
    }

    void list(ReaddirIn in, DirReply reply, boolean plus) {
        var directory = directory(in.handle(), reply);
        if (directory == null) {
            return;
        }
        if (in.cookie() < 0) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var request = new Request(directory, in, reply, plus);
        var cookie = in.cookie();
        if (cookie == 0) {
            cookie = dot(request, DOT, 1, directory.node().fileId()) ? DOT : -1;
        }
        if (cookie == DOT) {
            cookie = dot(request, DOT_DOT, 2, parentFileId(directory.node())) ? DOT_DOT : -1;
        }
        if (cookie == -1) {
            answer(request, true);
            return;
        }
        var from = cookie == DOT_DOT ? 0 : directory.toServer(cookie);
        var kept = directory.take(from, plus);
        if (kept != null && cookie != DOT_DOT) {
            goOn(request, kept);
        } else {
            ask(request, from, PART_BYTES);
        }
    }

    /** Uses what came before; only now may it turn out to make no sense. */
    private void goOn(Request request, DirectoryPart kept) {
        try {
            use(request, kept);
        } catch (Malformed malformed) {
            mount.session().heardNonsense(malformed);
            request.reply.fail(Errno.EIO);
        }
    }

    /** A listing under way. */
    private static final class Request {
        final OpenDirectory directory;
        final ReaddirIn in;
        final DirReply reply;
        final boolean plus;
        int added;
        int restarts;
        int races;

        Request(OpenDirectory directory, ReaddirIn in, DirReply reply, boolean plus) {
            this.directory = directory;
            this.in = in;
            this.reply = reply;
            this.plus = plus;
        }
    }

    private boolean dot(Request request, long cookie, int length, long fileId) {
        if (!request.reply.fits(length)) {
            return false;
        }
        request.reply.add(fileId, cookie, Mode.direntType(Mode.DIRECTORY), dots.address(), length);
        request.added++;
        return true;
    }

    private long parentFileId(NfsNode node) {
        var place = node.place();
        var parent = place == null ? null : mount.nodes().get(place.parentId());
        return parent == null ? node.fileId() : parent.fileId();
    }

    private static void answer(Request request, boolean more) {
        if (more && request.added == 0) {
            request.reply.fail(Errno.EINVAL);
        } else {
            request.reply.ok();
        }
    }

    private void ask(Request request, long cookie, int bytes) {
        var call = mount.call(request.in, request.directory.node());
        call.readdir(
                cookie,
                cookie == 0 ? 0 : request.directory.verifier(),
                bytes,
                request.plus ? AttributeMask.ENTRY : AttributeMask.NAME);
        call.about(request.reply, null, 0).submit((done, results) -> {
            if (results.isOk()) {
                listed(request, cookie, bytes, results);
            } else {
                refused(request, cookie, bytes, results.status());
            }
        });
    }

    private void refused(Request request, long cookie, int bytes, int status) {
        if (status == Status.TOOSMALL && bytes < partBytesMax) {
            ask(request, cookie, Math.min(partBytesMax, 2 * bytes));
        } else if (status == Status.NOT_SAME && request.restarts++ == 0) {
            request.directory.verifier(0);
            ask(request, cookie, bytes);
        } else if (status == Status.NOENT && request.races++ < RACES_MAX) {
            // No answer that READDIR has (RFC 8881, 15.2): NFS-Ganesha gives it when a name goes while it is listed.
            ask(request, cookie, bytes);
        } else if (Status.errno(status) == Errno.ESTALE) {
            request.reply.ok(); // the directory has been removed: nothing is in it
        } else if (status == Status.BAD_COOKIE || status == Status.NOT_SAME) {
            request.reply.fail(Errno.EINVAL);
        } else {
            LaneMount.fail(request.reply, status);
        }
    }

    private void listed(Request request, long cookie, int bytes, Results results) {
        results.putfh();
        request.directory.verifier(results.readdir());
        var part = new DirectoryPart(results.in(), cookie, request.plus);
        if (!part.in().getFlag()) {
            if (!part.in().getFlag() && bytes < partBytesMax) {
                ask(
                        request,
                        cookie,
                        Math.min(partBytesMax, 2 * bytes)); // no entry had room, and some servers say it so
            } else {
                answer(request, false);
            }
            return;
        }
        part.in().position(0);
        use(request, part);
    }

    /** Adds entries until there is no room, or none are left of this part. */
    private void use(Request request, DirectoryPart part) {
        var in = part.in();
        while (true) {
            var before = in.position();
            if (!in.getFlag()) {
                ended(request, part, in.getFlag());
                return;
            }
            var cookie = in.getLong();
            var name = in.getOpaque(NAME_BYTES_MAX);
            var length = in.lastBytes();
            mount.attributes().read(in);
            if (length > Limits.NAME_BYTES || length == 0 || isHidden(request, name, length)) {
                part.after(cookie);
                continue;
            }
            if (!request.reply.fits(length)) {
                in.position(before);
                request.directory.keep(part);
                answer(request, true);
                return;
            }
            add(request, cookie, name, length);
            part.after(cookie);
        }
    }

    private boolean isHidden(Request request, long name, int length) {
        return mount.share().openNames().isHidden(request.directory.node().id(), name, length);
    }

    private void add(Request request, long cookie, long name, int length) {
        var attributes = mount.attributes();
        if (request.plus && attributes.error() == 0 && !attributes.handle().isEmpty()) {
            var node = mount.lookedUp(attributes.handle());
            if (node != null) {
                mount.fill(request.reply.entry(), node.id());
                mount.placed(node, request.directory.node().id(), name, length);
            }
        }
        var type = Mode.direntType(attributes.format());
        request.reply.add(attributes.listedFileId(), request.directory.toGuest(cookie), type, name, length);
        request.added++;
    }

    private void ended(Request request, DirectoryPart part, boolean last) {
        if (request.added == 0 && !last) {
            ask(request, part.after(), PART_BYTES);
        } else {
            answer(request, false);
        }
    }
}
