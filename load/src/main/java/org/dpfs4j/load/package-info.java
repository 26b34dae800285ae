/**
 * A load driver for any vhost-user-fs socket: does what Linux's virtio-fs driver does, without a virtual machine.
 *
 * <pre>
 * Bench                   servers in turn, case by case; Report CaseResult Spread: what came out
 *   Contestant              a server, running or to be started (ServerProcess)
 *     Session                 its connection; a directory in its share (Tree)
 *       Lane                    one request queue's thread: requests in flight, times; Forgets: hiprio
 *         Script                  what a slot asks: DataScript NodeScript …
 *           Image                   a request in guest memory, sent again and again
 * </pre>
 */
package org.dpfs4j.load;
