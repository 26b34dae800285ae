package org.dpfs4j.tck;

/** What a driver can do to a ring so that a chain cannot be walked: it comes back empty, counted, and the queue goes on. */
public enum RingFault {
    /** A buffer begins where there is no memory. */
    ADDRESS_OUTSIDE,
    /** A buffer leaves memory at its beginning or end. */
    ADDRESS_PARTLY_OUTSIDE,
    /** Address and length pass 2^63 or 2^64. */
    ADDRESS_WRAPS,
    /** A length of nearly 4 GiB: a negative number where somebody thinks it signed. */
    LENGTH_HUGE,
    /** A chain that leads back into itself, or has no end. */
    LOOP,
    /** A descriptor names a successor that the ring does not have. */
    SUCCESSOR_OUTSIDE,
    /** A chain's head or id is not one of the ring's. */
    ID_OUTSIDE,
    /** The device may write what comes first, and is to read what follows. */
    WRITABLE_FIRST,
    /** A table in a table. */
    TABLE_NESTED,
    /** A table that has a successor in the ring. */
    TABLE_WITH_SUCCESSOR,
    /** A table whose length is no multiple of a descriptor's, or 0. */
    TABLE_ODD,
    /** A table that is not, or not all, in memory. */
    TABLE_OUTSIDE,
    /** A table that leads back into itself. */
    TABLE_LOOP,
    /** A table with a successor beyond its end. */
    TABLE_SUCCESSOR_OUTSIDE,
    /** A table with more descriptors than the ring has. */
    TABLE_OVERLONG
}
