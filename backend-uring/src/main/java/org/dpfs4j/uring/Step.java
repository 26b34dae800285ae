package org.dpfs4j.uring;

/** A call or a few that belong together, on whichever thread {@code calls} belongs to; a value or a negated errno. */
@FunctionalInterface
interface Step {
    int run(FileCalls calls);
}
