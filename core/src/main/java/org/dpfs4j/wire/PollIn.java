package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** POLL: {@code struct fuse_poll_in}. Valid until the reply is sent. */
public final class PollIn extends Request {
    /** 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"), U64.withName("kh"), U32.withName("flags"), U32.withName("events"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_POLL_SCHEDULE_NOTIFY}. */
    static final int SCHEDULE_NOTIFY = 1;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long KH = BODY + at(LAYOUT, "kh");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");
    private static final long EVENTS = BODY + at(LAYOUT, "events");

    /** A view of the request in {@code head}, which begins with the header. */
    public PollIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** What a wake-up notification would name. */
    public long kernelHandle() {
        return head.get(U64, KH);
    }

    /** Whether the guest waits for a notification. */
    public boolean wantsNotify() {
        return (head.get(U32, FLAGS) & SCHEDULE_NOTIFY) != 0;
    }

    /** The events of poll(2) asked for. */
    public int events() {
        return head.get(U32, EVENTS);
    }
}
