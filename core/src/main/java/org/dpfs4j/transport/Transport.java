package org.dpfs4j.transport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dpfs4j.config.Need;
import org.dpfs4j.io.Lanes;

/** One device's way to its driver, configured and checked but not opened yet. */
public interface Transport {
    /**
     * Where the device will be attached, as {@link Device#address} says later; two devices cannot have the same. Empty
     * when only opening tells.
     */
    default String address() {
        return "";
    }

    /** What of the host it uses; asked before {@link #open}, in a process that may not be the one that serves. */
    default List<Need> needs() {
        return List.of();
    }

    /**
     * The directory of this machine that the device covers while it is open, if there is one. No backend of the process may
     * serve it: the server would wait for itself.
     */
    default Optional<Path> mountPoint() {
        return Optional.empty();
    }

    /** Why it could not be opened here, in one sentence, as far as that is known without opening it. */
    default Optional<String> unusable() {
        return Optional.empty();
    }

    /**
     * Opens the device for its driver.
     *
     * @param tag what the guest mounts, 1 to {@link org.dpfs4j.memory.Limits#TAG_BYTES} bytes of UTF-8
     * @throws IOException in one sentence for the operator: socket in use, no permission, no such function
     */
    Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException;
}
