package org.dpfs4j.config;

/**
 * Something wrong in a configuration.
 *
 * @param line where, from 1; 0 when it has no place
 * @param message what, naming the key as its user wrote it
 * @param absence whether something was looked for and not found: not certain when a part of the file cannot be read
 */
public record Problem(int line, String message, boolean absence) {
    /** Something wrong that is there. */
    public Problem(int line, String message) {
        this(line, message, false);
    }

    /** Something that is not there. */
    public static Problem absence(int line, String message) {
        return new Problem(line, message, true);
    }
}
