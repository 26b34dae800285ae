package org.dpfs4j.client;

/**
 * What the device has given back.
 *
 * @param id the chain's head or buffer id
 * @param length bytes written, as the device says
 */
public record Used(int id, long length) {}
