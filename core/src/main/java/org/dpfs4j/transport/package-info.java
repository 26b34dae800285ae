/** The seam between a device as its driver sees it and the FUSE side: queues that are Netty channels, and exchanges. */
package org.dpfs4j.transport;
