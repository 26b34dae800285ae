package org.dpfs4j.nfs.v4;

/**
 * A delegation that came with an OPEN (RFC 8881, 10.4).
 *
 * @param id what the server calls it
 * @param usable whether it is one for reading that the server does not want back at once, and that denies nobody anything
 */
public record Delegated(StateId id, boolean usable) {}
