package org.dpfs4j.transport;

/** The FUSE side of one device, as its transport sees it. Called from any thread. */
public interface DeviceEndpoint {
    /** Installs the handlers of a queue; the transport registers the channel with its lane afterwards. */
    void assemble(QueueChannel queue);

    /** Whose numbers the driver's open flags have, as configured. */
    default DriverArch driverArch() {
        return DriverArch.OWN;
    }

    /** Whose numbers they have, where the transport knows better; before the first request. */
    default void openFlagsAreOf(DriverArch arch) {}

    /** What one request and one reply of this transport can carry, headers included; before the first request. */
    default void messagesHaveAtMost(long bytes) {}

    /**
     * The driver is gone or has reset the device (disconnect, RESET_DEVICE, function-level reset): its session and
     * everything it held ends. Its rings are stopped before. A new INIT may follow.
     */
    void reset();
}
