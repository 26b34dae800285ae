package org.dpfs4j.io;

/** What an operation is done for; it is cancelled by its owner, and the owner hears when its completion threw. */
public interface Owner {
    /** A completion of this owner threw; called on the lane. The owner must come to its end here. */
    void broken(Throwable cause);
}
