package org.dpfs4j.transport;

/** What a queue tells its pipeline beside requests, as a user event. */
public enum QueueEvent {
    /**
     * The queue is to stop or its driver is gone: end what is in flight early. Parked waits are answered at once, running
     * I/O is cancelled; every exchange is still pushed once, and what comes late is never shown to the driver.
     */
    CANCEL_IN_FLIGHT
}
