package org.dpfs4j.nfs.v4;

/**
 * What the server granted and said about itself.
 *
 * @param requestBytes the largest request
 * @param replyBytes the largest reply
 */
public record ServerLimits(int requestBytes, int replyBytes) {}
