package org.dpfs4j.snap;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpfs4j.config.Need;
import org.dpfs4j.config.Section;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.transport.TransportProvider;

/** Devices that a DPU emulates for the machine it sits in. */
public final class SnapProvider implements TransportProvider {
    private static final long MEBIBYTE = 1 << 20;
    private static final int CPUS_MAX = 8192;

    private final Map<Path, Library> libraries = new HashMap<>();

    @Override
    public String type() {
        return "snap";
    }

    @Override
    public Transport configure(Section section) {
        var provider = section.path("provider");
        var function = section.text("function");
        var requestQueues = section.integer("request-queues", 1, 1, Limits.REQUEST_QUEUES);
        var queueSize = section.integer("queue-size", SnapConfig.QUEUE_SIZE, 2, Limits.QUEUE_SIZE);
        var group = optional(section, "group", SnapConfig.GROUPS_MAX - 1);
        var cpu = optional(section, "cpu", CPUS_MAX - 1);
        var idle = section.choice("idle", Idle.ADAPTIVE);
        var mock = section.flag("mock", false);
        Optional<Duration> latency = section.has("cpu-latency")
                ? Optional.of(section.duration("cpu-latency", Duration.ZERO))
                : Optional.empty();
        var manager = section.text("manager", "");
        var pool = section.size("pool", 0);
        if (pool % MEBIBYTE != 0 || pool / MEBIBYTE > Integer.MAX_VALUE) {
            section.problem("pool", "must be whole mebibytes: " + pool);
        }
        var interval = section.duration("control-interval", SnapConfig.Whole.CONTROL_INTERVAL);
        var lines = section.texts("provider-keys");
        var extra = section.textsOf(SnapConfig.OWN_KEY);
        var config = section.build(() -> new SnapConfig(
                provider,
                function,
                requestQueues,
                queueSize,
                group,
                cpu,
                idle,
                mock,
                latency,
                new SnapConfig.Whole(manager, (int) (pool / MEBIBYTE), interval, lines),
                extra));
        return config == null ? null : transport(config);
    }

    private static OptionalInt optional(Section section, String key, int max) {
        return section.has(key) ? OptionalInt.of(section.integer(key, 0, 0, max)) : OptionalInt.empty();
    }

    /** A device as {@code config} says; it is served when every device of its provider is opened. */
    public Transport transport(SnapConfig config) {
        var library = libraries.computeIfAbsent(config.provider(), path -> new Library());
        var number = library.add(config);
        return new Transport() {
            @Override
            public String address() {
                return config.address();
            }

            @Override
            public List<Need> needs() {
                return List.of(new Need.Library(config.provider()));
            }

            @Override
            public Optional<String> unusable() {
                try {
                    Provider.load(config.provider());
                    return Optional.empty();
                } catch (ProviderException e) {
                    return Optional.of(e.getMessage());
                }
            }

            @Override
            public Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException {
                return library.open(number, tag, endpoint, lanes);
            }
        };
    }
}
