/**
 * A backend on an NFS 4.1 server: what a guest asks for in FUSE becomes COMPOUNDs.
 *
 * <p>{@code rpc} carries requests, {@code v4} keeps sessions and state; here, {@code NfsShare} is one device's tree with its
 * client id, {@code LaneMount} what a lane's operations share, and {@code NfsFileSystem} hands each operation to the class that
 * owns its subject: {@code Lookups} (names to nodes, attributes), {@code Changes} (attributes that are set), {@code Creation}, {@code Removal} (unlink, rename, silly
 * renames), {@code Openings} (open to release), {@code Reads}, {@code Writes}, {@code Commits} and {@code Syncs} (data), {@code Listing},
 * {@code Locks}, {@code Xattrs}, {@code Ranges} (allocation, holes, copies).
 */
package org.dpfs4j.nfs;
