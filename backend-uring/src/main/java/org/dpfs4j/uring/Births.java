package org.dpfs4j.uring;

import org.dpfs4j.fs.StatxReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxIn;
import org.dpfs4j.wire.StatxMask;

/** STATX: what GETATTR tells, when the file was made, and its flags. Rare: a guest asks for birth times only. */
final class Births {
    private static final int TOLD = StatxMask.BASIC_STATS | StatxMask.BTIME;

    /** {@code STATX_ATTR_*} that belong to a file, not to the place where the server found it. */
    private static final long ATTRIBUTES = 0x0004 // compressed
            | 0x0010 // immutable
            | 0x0020 // append only
            | 0x0040 // not to be dumped
            | 0x0800 // encrypted
            | 0x0010_0000; // sealed by fs-verity

    /** {@code AT_STATX_FORCE_SYNC} and {@code AT_STATX_DONT_SYNC}; both at once mean nothing. */
    private static final int SYNC_TYPE = 0x6000;

    private final LaneTree on;

    Births(LaneTree on) {
        this.on = on;
    }

    void statx(StatxIn in, StatxReply reply) {
        if (in.hasHandle()) {
            var file = on.holdFile(in.handle(), reply);
            if (file != null) {
                statx(in, file.fd(), file.volume(), reply);
            }
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node != null) {
            statx(in, node.fd(), node.volume(), reply);
        }
    }

    private void statx(StatxIn in, Fd held, Volume volume, StatxReply reply) {
        var number = held.number();
        var flags = in.flags() & SYNC_TYPE;
        var mask = (in.mask() & TOLD) | StatxMask.BASIC_STATS;
        var block = Block.of(Statx.BYTES);
        var statx = new Statx(Memory.ALL, block.address());
        Step step = calls -> calls.attributes(number, flags, mask, statx);
        on.inquire(reply, held, volume, step, (result, owner) -> {
            try (block) {
                if (result < 0) {
                    LaneTree.fail(owner, result);
                } else {
                    answer(statx, owner);
                }
            }
        });
    }

    private void answer(Statx statx, StatxReply reply) {
        on.tree().freshness().attributes(statx, reply.statx());
        on.tree().config().access().toGuest(statx);
        statx.mask(statx.mask() & TOLD)
                .attributes(statx.attributes() & ATTRIBUTES)
                .attributesMask(statx.attributesMask() & ATTRIBUTES);
        reply.statx().from(statx);
        reply.ok();
    }
}
