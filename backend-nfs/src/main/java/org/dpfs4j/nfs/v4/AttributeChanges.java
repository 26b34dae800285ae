package org.dpfs4j.nfs.v4;

import java.nio.charset.StandardCharsets;
import org.dpfs4j.nfs.rpc.XdrWriter;

/** Attributes to be set, reused for each request that sets some; only those that were given are sent. */
public final class AttributeChanges {
    private static final int SERVER_TIME = 0;
    private static final int CLIENT_TIME = 1;

    private int low;
    private int middle;
    private long sizeBytes;
    private int mode;
    private int uid;
    private int gid;
    private boolean atimeNow;
    private long atimeSeconds;
    private int atimeNanos;
    private boolean mtimeNow;
    private long mtimeSeconds;
    private int mtimeNanos;

    /** Sets nothing. */
    public AttributeChanges clear() {
        low = 0;
        middle = 0;
        return this;
    }

    public AttributeChanges size(long bytes) {
        low |= 1 << Bit.SIZE;
        sizeBytes = bytes;
        return this;
    }

    /** The permissions; the type is not sent. */
    public AttributeChanges mode(int permissions) {
        middle |= 1 << (Bit.MODE - Integer.SIZE);
        mode = permissions & 07777;
        return this;
    }

    public AttributeChanges owner(int user) {
        middle |= 1 << (Bit.OWNER - Integer.SIZE);
        uid = user;
        return this;
    }

    public AttributeChanges group(int group) {
        middle |= 1 << (Bit.OWNER_GROUP - Integer.SIZE);
        gid = group;
        return this;
    }

    public AttributeChanges atimeNow() {
        middle |= 1 << (Bit.TIME_ACCESS_SET - Integer.SIZE);
        atimeNow = true;
        return this;
    }

    public AttributeChanges atime(long seconds, int nanos) {
        middle |= 1 << (Bit.TIME_ACCESS_SET - Integer.SIZE);
        atimeNow = false;
        atimeSeconds = seconds;
        atimeNanos = nanos;
        return this;
    }

    public AttributeChanges mtimeNow() {
        middle |= 1 << (Bit.TIME_MODIFY_SET - Integer.SIZE);
        mtimeNow = true;
        return this;
    }

    public AttributeChanges mtime(long seconds, int nanos) {
        middle |= 1 << (Bit.TIME_MODIFY_SET - Integer.SIZE);
        mtimeNow = false;
        mtimeSeconds = seconds;
        mtimeNanos = nanos;
        return this;
    }

    /** Whether nothing is set. */
    public boolean isEmpty() {
        return (low | middle) == 0;
    }

    /** Appends them as {@code fattr4}: values in the order of their numbers. */
    void write(XdrWriter out) {
        out.putInt(2);
        out.putInt(low);
        out.putInt(middle);
        var lengthAt = out.position();
        out.putInt(0);
        if (low != 0) {
            out.putLong(sizeBytes);
        }
        if (has(Bit.MODE)) {
            out.putInt(mode);
        }
        if (has(Bit.OWNER)) {
            id(out, uid);
        }
        if (has(Bit.OWNER_GROUP)) {
            id(out, gid);
        }
        if (has(Bit.TIME_ACCESS_SET)) {
            time(out, atimeNow, atimeSeconds, atimeNanos);
        }
        if (has(Bit.TIME_MODIFY_SET)) {
            time(out, mtimeNow, mtimeSeconds, mtimeNanos);
        }
        out.patchInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
    }

    private boolean has(int bit) {
        return ((middle >>> (bit - Integer.SIZE)) & 1) != 0;
    }

    /** Users and groups are numbers in decimal. */
    private static void id(XdrWriter out, int id) {
        out.putOpaque(Integer.toUnsignedString(id).getBytes(StandardCharsets.US_ASCII));
    }

    private static void time(XdrWriter out, boolean now, long seconds, int nanos) {
        out.putInt(now ? SERVER_TIME : CLIENT_TIME);
        if (!now) {
            out.putLong(seconds);
            out.putInt(nanos);
        }
    }
}
