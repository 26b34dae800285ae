package org.dpfs4j.nfs.rpc;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The scalar types of XDR (RFC 4506): big-endian, in units of four bytes. */
final class Xdr {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Xdr() {}

    /** Bytes with the padding to a multiple of four. */
    static long padded(long bytes) {
        return (bytes + 3) & ~3L;
    }
}
