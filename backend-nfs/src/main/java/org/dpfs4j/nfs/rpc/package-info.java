/**
 * ONC RPC over TCP (RFC 5531): XDR, records, connections. Knows nothing of NFS but that a reply may carry bulk data.
 *
 * <p>{@code XdrWriter} and {@code XdrReader} own the encoding and its bounds, {@code Credential} who calls,
 * {@code RecordReader} how a stream becomes records, {@code SendBuffers} how requests become few writes, and
 * {@code Connection} one TCP connection on one lane with what is outstanding on it. Everything runs on the lane.
 */
package org.dpfs4j.nfs.rpc;
