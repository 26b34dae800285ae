package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.XdrReader;

/** Extended attributes (RFC 8276, 8.4): names are without the namespace, which is always that of users. */
public final class XattrOps {
    /** The largest value that is taken. */
    public static final int VALUE_BYTES_MAX = 64 << 10;

    private XattrOps() {}

    public static void get(Compound call, byte[] name) {
        call.op(Op.GETXATTR);
        call.out().putOpaque(name);
    }

    /** Address of the value; {@link XdrReader#lastBytes} says how long it is. */
    public static long value(Results results) {
        return results.ok(Op.GETXATTR).getOpaque(VALUE_BYTES_MAX);
    }

    /** Sets one: {@code option} 0 in any case, 1 if it is new, 2 if it is there. */
    public static void set(Compound call, int option, byte[] name, long value, int bytes) {
        call.op(Op.SETXATTR);
        call.out().putInt(option);
        call.out().putOpaque(name);
        call.out().putOpaque(value, bytes);
    }

    public static void remove(Compound call, byte[] name) {
        call.op(Op.REMOVEXATTR);
        call.out().putOpaque(name);
    }

    public static void list(Compound call, long cookie, int bytesMax) {
        call.op(Op.LISTXATTRS);
        call.out().putLong(cookie);
        call.out().putInt(bytesMax);
    }

    /** Begins the result of a LISTXATTRS: a cookie, a count of names, the names, whether these were the last ones. */
    public static XdrReader listed(Results results) {
        return results.ok(Op.LISTXATTRS);
    }
}
