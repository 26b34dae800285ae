package org.dpfs4j.fuse;

import java.util.HashSet;
import java.util.Set;
import org.dpfs4j.metrics.LogBudget;

/** Which failures of a queue's requests have been told already, so that a guest that provokes one cannot fill the log. */
final class Causes {
    private static final int KEPT = 64;

    private final Set<String> told = new HashSet<>();
    private final LogBudget log;

    /** None yet; {@code log} is the device's, as its queues come and go. */
    Causes(LogBudget log) {
        this.log = log;
    }

    /** Whether a failure of this kind, from this place, comes for the first time; when too many kinds have come, no more is. */
    boolean isNew(Throwable cause) {
        var trace = cause.getStackTrace();
        var place = trace.length == 0 ? "" : trace[0].toString();
        return told.size() < KEPT && told.add(cause.getClass().getName() + ' ' + place) && log.take();
    }
}
