package org.dpfs4j.nfs;

/**
 * What the server says about the export.
 *
 * @param readBytes the largest READ that it takes and that is wanted
 * @param writeBytes the largest WRITE that it takes and that is wanted
 * @param xattrs whether it has extended attributes
 * @param createsOnce whether a file can be made exclusively, with its mode, by a request that may be sent again
 */
record ServerFacts(int readBytes, int writeBytes, boolean xattrs, boolean createsOnce) {}
