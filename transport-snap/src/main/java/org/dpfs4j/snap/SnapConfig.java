package org.dpfs4j.snap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.transport.DriverArch;

/**
 * A device of a provider as configured.
 *
 * @param provider the library; devices that name the same share it
 * @param function which function of the host: {@code pf=I}, {@code vf=I,J} or a vendor's unique id
 * @param requestQueues beside hiprio
 * @param queueSize entries of each queue, a power of two
 * @param group which of the provider's groups serves it, each polled by one lane; empty: in turn
 * @param cpu where the lane of its group is pinned to
 * @param idle what that lane does when there is nothing
 * @param mock whether it is there only so that the host finds somebody: polled rarely
 * @param cpuLatency how long the processors may take to wake up at most, while it is served
 * @param whole what concerns the whole provider
 * @param extra keys of the provider's own, each beginning with {@code x-}
 */
public record SnapConfig(
        Path provider,
        String function,
        int requestQueues,
        int queueSize,
        OptionalInt group,
        OptionalInt cpu,
        Idle idle,
        boolean mock,
        Optional<Duration> cpuLatency,
        Whole whole,
        Map<String, String> extra) {
    static final int QUEUE_SIZE = 512;
    static final int GROUPS_MAX = 256;

    /** Keys of the provider's own begin so. */
    static final String OWN_KEY = "x-";

    /**
     * What devices of one provider have in common; said at one of them is said for all.
     *
     * @param manager the device that emulates, such as {@code mlx5_0}; empty where there is only one
     * @param poolMebibytes memory for requests; 0: as the provider likes
     * @param controlInterval how often the provider is asked for events
     * @param lines {@code x-key=value} each, for the provider itself
     */
    public record Whole(String manager, int poolMebibytes, Duration controlInterval, List<String> lines) {
        static final Duration CONTROL_INTERVAL = Duration.ofMillis(10);

        /** Nothing said. */
        public static final Whole DEFAULT = new Whole("", 0, CONTROL_INTERVAL, List.of());

        public Whole {
            refuseControls("manager", manager);
            if (controlInterval.isNegative() || controlInterval.isZero()) {
                throw new IllegalArgumentException("control-interval must be more than 0: " + controlInterval);
            }
            for (var line : lines) {
                refuseControls("provider-keys", line);
                if (!line.startsWith(OWN_KEY) || line.indexOf('=') < 0) {
                    throw new IllegalArgumentException(
                            "provider-keys must be texts such as \"x-key=value\": \"" + line + "\"");
                }
            }
            lines = List.copyOf(lines);
        }
    }

    public SnapConfig {
        if (!provider.isAbsolute()) {
            throw new IllegalArgumentException("provider must be an absolute path: " + provider);
        }
        if (function.isEmpty()) {
            throw new IllegalArgumentException("function is empty: \"pf=0\", \"vf=0,1\" or a vuid");
        }
        refuseControls("function", function);
        if (requestQueues < 1 || requestQueues > Limits.REQUEST_QUEUES) {
            throw new IllegalArgumentException(
                    "request-queues must be from 1 to " + Limits.REQUEST_QUEUES + ": " + requestQueues);
        }
        if (queueSize < 2 || queueSize > Limits.QUEUE_SIZE || Integer.bitCount(queueSize) != 1) {
            throw new IllegalArgumentException(
                    "queue-size must be a power of two from 2 to " + Limits.QUEUE_SIZE + ": " + queueSize);
        }
        extra.forEach((key, value) -> refuseControls(key, value));
        extra = Map.copyOf(extra);
    }

    /** A line of a provider's configuration ends where a line ends. */
    static void refuseControls(String key, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + " may not contain control characters");
        }
    }

    /** A device with everything else as it is by default. */
    public static SnapConfig of(Path provider, String function) {
        return new SnapConfig(
                provider,
                function,
                1,
                QUEUE_SIZE,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Idle.ADAPTIVE,
                false,
                Optional.empty(),
                Whole.DEFAULT,
                Map.of());
    }

    /** The function with its provider, for people. */
    String address() {
        return provider.getFileName() + " " + function;
    }

    /** What is told to the provider, one {@code dev.N.key=value} each. */
    List<String> lines(int number, String tag, DriverArch arch, int inGroup) {
        var prefix = "dev." + number + ".";
        var lines = new ArrayList<String>();
        lines.add(prefix + "function=" + function);
        lines.add(prefix + "tag=" + tag);
        lines.add(prefix + "request_queues=" + requestQueues);
        lines.add(prefix + "queue_size=" + queueSize);
        lines.add(prefix + "client_arch="
                + switch (arch) {
                    case OWN -> "native";
                    case X86_64 -> "x86_64";
                    case AARCH64 -> "aarch64";
                });
        lines.add(prefix + "group=" + inGroup);
        if (mock) {
            lines.add(prefix + "mock=1");
        }
        extra.forEach((key, value) -> lines.add(prefix + key + "=" + value));
        return lines;
    }
}
