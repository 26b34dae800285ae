package org.dpfs4j.client;

/**
 * One descriptor's worth of guest memory.
 *
 * @param writable whether the device writes it
 */
public record Buffer(long guestAddress, int length, boolean writable) {}
