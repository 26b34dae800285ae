package org.dpfs4j.nfsserver;

/**
 * How a {@link Ganesha} behaves.
 *
 * @param leaseSeconds the lease, which is the longest grace period too
 * @param graceless whether there is no grace period after a restart, so that nothing can be reclaimed
 * @param slots slots of a session, at most
 * @param cached whether it may trust attributes of files for a minute that something else changes meanwhile
 * @param delegates whether it may give delegations for reading; those of its file systems that can
 */
public record GaneshaOptions(int leaseSeconds, boolean graceless, int slots, boolean cached, boolean delegates) {
    public GaneshaOptions {
        if (leaseSeconds < 1 || slots < 1) {
            throw new IllegalArgumentException("a lease is 1 s at least, and a session has a slot");
        }
    }

    /** A lease of 10 s, grace after restarts, 64 slots, attributes always fresh. */
    public static GaneshaOptions standard() {
        return new GaneshaOptions(10, false, 64, false, false);
    }

    public GaneshaOptions withLease(int seconds) {
        return new GaneshaOptions(seconds, graceless, slots, cached, delegates);
    }

    public GaneshaOptions withoutGrace() {
        return new GaneshaOptions(leaseSeconds, true, slots, cached, delegates);
    }

    public GaneshaOptions withSlots(int count) {
        return new GaneshaOptions(leaseSeconds, graceless, count, cached, delegates);
    }

    /** For benchmarks. */
    public GaneshaOptions withCache() {
        return new GaneshaOptions(leaseSeconds, graceless, slots, true, delegates);
    }

    public GaneshaOptions withDelegations() {
        return new GaneshaOptions(leaseSeconds, graceless, slots, cached, true);
    }
}
