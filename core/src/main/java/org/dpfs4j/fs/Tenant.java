package org.dpfs4j.fs;

import org.dpfs4j.wire.ClientArch;

/**
 * Whom a share is opened for: one device and what its guest said in INIT.
 *
 * @param tag the device's tag
 * @param clientArch the guest's ABI: open flags differ by architecture
 * @param offeredFlags what the guest can do, {@link org.dpfs4j.wire.InitFlags}
 */
public record Tenant(String tag, ClientArch clientArch, long offeredFlags) {}
