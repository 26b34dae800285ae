/**
 * The driver's side of virtio-fs without a virtual machine: a vhost-user front end with guest memory and rings, well-behaved or
 * hostile, and on top a synchronous FUSE client. For the demonstration, load and tests; the server does not need it.
 *
 * <pre>
 * FuseClient              one request at a time, records as answers
 *   RequestBytes FuseReply  requests and replies as bytes
 * VhostUserFrontEnd       one device: negotiation, memory, queues
 *   FrontEndSocket          messages with descriptors
 *   GuestRam                memory files, mapped as a VMM has them mapped
 *   DriverQueue DriverRing  split or packed, with kick and call descriptors
 * </pre>
 */
package org.dpfs4j.client;
