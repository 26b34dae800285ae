package org.dpfs4j.transport;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.metrics.ProviderCounts;

/** A tenant-visible virtio-fs function while it is being served. */
public interface Device extends AutoCloseable {
    /** Where it is attached, for people: a socket's path, a PCI function. */
    String address();

    /** What went wrong with this device, in numbers; the same object always. A transport that counts nothing has none. */
    default Optional<Counters> counters() {
        return Optional.empty();
    }

    /** Tells what the library that it is served through has counted, if there is one and it counts; any thread, also when it is closed. */
    default void tell(ProviderCounts hears) {}

    /**
     * Stops taking requests and completes when those in flight are answered, or after {@code limit}.
     */
    CompletionStage<Void> drain(Duration limit);

    /**
     * Completes when the device has ended by itself, as a mount does that somebody unmounts; never for a device that waits
     * for its next driver. It is to be closed all the same.
     */
    default CompletionStage<Void> ended() {
        return new CompletableFuture<>();
    }

    /** Ends the device: connection closed, socket removed, nothing left. Drain first. */
    @Override
    void close();
}
