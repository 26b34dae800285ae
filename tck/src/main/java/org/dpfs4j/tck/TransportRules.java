package org.dpfs4j.tck;

import java.io.IOException;

/** What all rules for transports have at hand. */
interface TransportRules {
    /** Request queues of each device. */
    int REQUEST_QUEUES = 4;

    /** Whether there is time: what takes seconds is long only then. */
    boolean LONG = Boolean.getBoolean("dpfs4j.all");

    /** The device under test, mounted. */
    Stand stand();

    /** Another device of the process, mounted. */
    Stand neighbour();

    /** A new machine in place of the one that was connected. */
    Machine another(Stand of) throws IOException;

    /** The machine under test. */
    default Machine machine() {
        return stand().machine();
    }
}
