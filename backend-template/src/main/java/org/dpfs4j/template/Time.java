package org.dpfs4j.template;

import java.time.Instant;

/** A point in time as a guest gives and gets it; unlike {@link Instant} it takes any number of seconds. */
record Time(long seconds, int nanos) {
    static Time now() {
        var now = Instant.now();
        return new Time(now.getEpochSecond(), now.getNano());
    }
}
