package org.dpfs4j.client;

import org.dpfs4j.io.Fd;

/**
 * A queue of a device as its driver has it.
 *
 * @param index 0 is hiprio, 1 the first request queue
 * @param ring where chains are made available
 * @param kick eventfd that tells the device
 * @param call eventfd that the device signals
 */
public record DriverQueue(int index, DriverRing ring, Fd kick, Fd call) {}
