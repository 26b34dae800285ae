/**
 * A client of NFS version 4.1 and 4.2 (RFC 8881, 7862, 8276), without a word about FUSE.
 *
 * <p>Encoding: {@code Compound} (requests), {@code Results} (replies), {@code Attributes} and {@code AttributeChanges},
 * {@code Op}, {@code Status} and {@code Bit} (the protocol's numbers). Requests: {@code Call} is one COMPOUND from its
 * making to its answer, {@code Slots} the slot table, {@code LaneSession} one lane's session, connection and queue: it
 * decides what each status of a reply means. State: {@code Client} owns the client id, which all lanes share, and says who may
 * create a session; {@code Establishing} is the conversation that leads to a session, reclaim included; {@code OpenState} and
 * {@code LockState} are what the server holds for us, in {@code States}. {@code Backchannel} answers the server's own calls.
 */
package org.dpfs4j.nfs.v4;
