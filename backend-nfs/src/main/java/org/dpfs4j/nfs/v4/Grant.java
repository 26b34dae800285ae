package org.dpfs4j.nfs.v4;

/**
 * Leave to create a session.
 *
 * @param known whether there is a client id; else the lane gets one first
 * @param clientId the client id
 * @param sequence the number of the next CREATE_SESSION
 */
record Grant(boolean known, long clientId, int sequence) {}
