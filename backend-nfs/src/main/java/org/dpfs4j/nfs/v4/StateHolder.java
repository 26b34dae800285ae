package org.dpfs4j.nfs.v4;

/** Something that the server knows by a state id, which may change when it is recovered; any lane reads it. */
public interface StateHolder {
    /** The state id as it is now. */
    StateId stateId();
}
