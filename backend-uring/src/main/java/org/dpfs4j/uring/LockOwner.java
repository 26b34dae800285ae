package org.dpfs4j.uring;

/**
 * Who has locks: an opaque number that a guest gave, a process for fcntl(2), an open file for flock(2).
 *
 * @param share whose number it is
 */
record LockOwner(ShareLocks share, long id) {}
