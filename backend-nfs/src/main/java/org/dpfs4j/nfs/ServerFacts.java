package org.dpfs4j.nfs;

import org.dpfs4j.nfs.v4.AttributeMask;

/**
 * What the server says about the export.
 *
 * @param readBytes the largest READ that it takes and that is wanted
 * @param writeBytes the largest WRITE that it takes and that is wanted
 * @param xattrs whether it has extended attributes
 * @param exclusive attributes that can be given to a file made exclusively
 */
record ServerFacts(int readBytes, int writeBytes, boolean xattrs, AttributeMask exclusive) {}
