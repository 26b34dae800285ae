package org.dpfs4j.vhostuser;

/**
 * Where the parts of a ring are, as addresses of the front end (SET_VRING_ADDR). In a packed ring {@code available} is
 * the driver's event suppression structure and {@code used} the device's.
 */
record VringAddresses(long descriptors, long used, long available) {}
