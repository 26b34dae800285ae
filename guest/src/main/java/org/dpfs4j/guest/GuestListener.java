package org.dpfs4j.guest;

/** Hears what a guest says while it runs; called on the guest's own reader thread. */
@FunctionalInterface
public interface GuestListener {
    /** A listener for guests nobody watches. */
    GuestListener NONE = line -> {};

    /** One line of the guest's console, without its end. */
    void line(String line);

    /** The guest asks the host to do something, for instance {@code replug}; workloads document their words. */
    default void request(String word) {}
}
