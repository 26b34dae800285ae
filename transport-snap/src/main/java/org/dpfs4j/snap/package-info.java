/**
 * Devices that a DPU emulates, reached through a provider: a shared library with the C ABI of {@code provider/vfsp.h}, which is polled
 * in batches and never calls back. Two providers and the one for tests are beside this module's sources; none is in the jar.
 *
 * <pre>
 *   vfsp_poll_io ─► Group (a lane) ─► SnapQueueChannel per queue ─► pipeline
 *   vfsp_complete ◄─ a batch of answers ◄─ push, notifyDriver ◄─────────┘
 *   vfsp_poll_ctl ─► Control ─► SnapDevice: ready, reset, stopped
 * </pre>
 */
package org.dpfs4j.snap;
