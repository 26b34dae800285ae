/**
 * Devices that this machine mounts itself, through /dev/fuse: the same pipeline as behind a virtqueue, with a queue for each
 * lane on a clone of one connection.
 *
 * <p>Not here: notifications to the kernel (cache invalidation, {@code FUSE_NOTIFY_*}) and the kernel's own rings
 * ({@code FUSE_OVER_IO_URING}); a mount does without both.
 */
package org.dpfs4j.devfuse;
