package org.dpfs4j.config;

/**
 * Something wrong in a configuration.
 *
 * @param line where, from 1; 0 when it has no place
 * @param message what, naming the key as its user wrote it
 */
public record Problem(int line, String message) {}
