package org.dpfs4j.nfs;

import org.dpfs4j.fs.OffsetReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.nfs.v4.RangeOps;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.nfs.v4.Written;
import org.dpfs4j.wire.CopyFileRangeIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FallocateIn;
import org.dpfs4j.wire.FallocateMode;
import org.dpfs4j.wire.LseekIn;
import org.dpfs4j.wire.Whence;

/** Space, holes and copies within the server: what minor version 2 added. */
final class Ranges {
    private final LaneMount mount;
    private final Abilities abilities;
    private final Written written = new Written();

    Ranges(LaneMount mount) {
        this.mount = mount;
        abilities = mount.share().abilities();
    }

    void fallocate(FallocateIn in, StatusReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file == null) {
            return;
        }
        if (in.offset() < 0 || in.rangeBytes() <= 0 || in.offset() > Long.MAX_VALUE - in.rangeBytes()) {
            reply.fail(in.offset() < 0 || in.rangeBytes() <= 0 ? Errno.EINVAL : Errno.EFBIG);
            return;
        }
        if (!file.writable()) {
            reply.fail(Errno.EBADF);
            return;
        }
        var punches = in.mode() == (FallocateMode.PUNCH_HOLE | FallocateMode.KEEP_SIZE);
        var ability = punches ? Abilities.Ability.DEALLOCATE : Abilities.Ability.ALLOCATE;
        if ((in.mode() != 0 && !punches) || !abilities.has(ability)) {
            reply.fail(Errno.EOPNOTSUPP);
            return;
        }
        var offset = in.offset();
        var bytes = in.rangeBytes();
        var call = mount.session().call(file.state().credential());
        call.putfh(file.node().handle());
        if (punches) {
            RangeOps.deallocate(call.changes(), file.state(), in.offset(), in.rangeBytes());
        } else {
            RangeOps.allocate(call.changes(), file.state(), in.offset(), in.rangeBytes());
        }
        call.about(reply, null, 0).submit((done, results) -> {
            if (results.isOk()) {
                if (punches) {
                    file.node().replaced(offset, bytes);
                }
                reply.ok();
                return;
            }
            if (Status.isUnsupported(results.status())) {
                abilities.lacks(ability);
            }
            LaneMount.fail(reply, results);
        });
    }

    void lseek(LseekIn in, OffsetReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file == null) {
            return;
        }
        if (in.whence() != Whence.DATA && in.whence() != Whence.HOLE) {
            reply.fail(Errno.EINVAL);
            return;
        }
        if (in.offset() < 0) {
            reply.fail(Errno.ENXIO);
            return;
        }
        if (!abilities.has(Abilities.Ability.SEEK)) {
            reply.fail(Errno.ENOSYS);
            return;
        }
        var hole = in.whence() == Whence.HOLE;
        var call = mount.session().call(file.state().credential());
        call.putfh(file.node().handle());
        RangeOps.seek(call, file.state(), in.offset(), hole);
        call.about(reply, null, 0).submit((done, results) -> {
            if (results.isOk()) {
                results.putfh();
                var offset = RangeOps.found(results, hole);
                if (offset < 0) {
                    reply.fail(Errno.ENXIO);
                } else {
                    reply.ok(offset);
                }
            } else if (Status.isUnsupported(results.status())) {
                abilities.lacks(Abilities.Ability.SEEK);
                reply.fail(Errno.ENOSYS);
            } else {
                LaneMount.fail(reply, results);
            }
        });
    }

    void copy(CopyFileRangeIn in, WriteReply reply) {
        var from = mount.file(in.handle(), reply);
        if (from == null) {
            return;
        }
        var to = mount.file(in.targetHandle(), reply);
        if (to == null) {
            return;
        }
        var bytes = in.rangeBytes();
        if (!from.readable() || !to.writable() || to.appends()) {
            reply.fail(Errno.EBADF);
        } else if (in.offset() < 0 || in.targetOffset() < 0 || bytes < 0 || in.flags() != 0) {
            reply.fail(Errno.EINVAL);
        } else if (in.offset() > Long.MAX_VALUE - bytes || in.targetOffset() > Long.MAX_VALUE - bytes) {
            reply.fail(Errno.EOVERFLOW);
        } else if (from.node() == to.node() && Math.abs(in.offset() - in.targetOffset()) < bytes) {
            reply.fail(Errno.EINVAL);
        } else if (!abilities.has(Abilities.Ability.COPY)) {
            reply.fail(Errno.EOPNOTSUPP);
        } else if (bytes == 0) {
            reply.ok(0);
        } else {
            ask(in, from, to, reply);
        }
    }

    /** What the server has copied, it also makes durable: the guest keeps nothing to write again. */
    private void ask(CopyFileRangeIn in, OpenFile from, OpenFile to, WriteReply reply) {
        var toOffset = in.targetOffset();
        var call = mount.session().call(to.state().credential());
        call.putfh(from.node().handle());
        call.savefh();
        call.putfh(to.node().handle());
        RangeOps.copy(call.changes(), from.state(), in.offset(), to.state(), in.targetOffset(), in.rangeBytes());
        call.commit(0, 0);
        call.about(reply, null, 0).submitBulk((done, results) -> {
            if (!results.isOk()) {
                if (Status.isUnsupported(results.status())) {
                    abilities.lacks(Abilities.Ability.COPY);
                }
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            results.savefh();
            results.putfh();
            var copied = RangeOps.copied(results, written);
            if (copied < 0) {
                reply.fail(Errno.EOPNOTSUPP);
            } else {
                to.node().replaced(toOffset, copied);
                reply.ok(copied);
            }
        });
    }
}
