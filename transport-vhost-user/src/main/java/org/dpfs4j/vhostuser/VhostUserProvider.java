package org.dpfs4j.vhostuser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

/** Devices for VMMs that speak vhost-user. */
public final class VhostUserProvider implements TransportProvider {
    /** Memory files of all devices: a fault may surface on a lane while it works for another one. */
    private final GuestFiles files = new GuestFiles();

    @Override
    public String type() {
        return "vhost-user";
    }

    @Override
    public Transport configure(Section section) {
        var fd = section.has("fd")
                ? OptionalInt.of(section.integer("fd", 0, 0, Integer.MAX_VALUE))
                : OptionalInt.empty();
        Optional<Path> socket =
                fd.isPresent() && !section.has("socket") ? Optional.empty() : Optional.of(section.path("socket"));
        Optional<String> group =
                section.has("socket-group") ? Optional.of(section.text("socket-group")) : Optional.empty();
        var mode = mode(section, group.isPresent());
        var requestQueues = section.integer("request-queues", 1, 1, Limits.REQUEST_QUEUES);
        var queueSize = section.integer("queue-size", VhostUserConfig.QUEUE_SIZE, 2, Limits.QUEUE_SIZE);
        var configSpace = section.flag("config-space", true);
        var packedRing = section.flag("packed-ring", true);
        var stopLimit = section.duration("stop-limit", VhostUserConfig.STOP_LIMIT);
        if (socket.isPresent() && !socket.get().isAbsolute()) {
            return null; // said already
        }
        var config = section.build(() -> new VhostUserConfig(
                socket, mode, group, fd, requestQueues, queueSize, configSpace, packedRing, stopLimit));
        return transport(config);
    }

    private static int mode(Section section, boolean forGroup) {
        var usual = forGroup ? VhostUserConfig.GROUP_SOCKET_MODE : VhostUserConfig.SOCKET_MODE;
        var text = section.text("socket-mode", Integer.toOctalString(usual));
        if (!text.matches("0?[0-7]{3}")) {
            section.problem("socket-mode", "must be permission bits such as \"0660\": \"" + text + "\"");
            return VhostUserConfig.SOCKET_MODE;
        }
        return Integer.parseInt(text, 8);
    }

    /** A device as {@code config} says. */
    public Transport transport(VhostUserConfig config) {
        return new Transport() {
            @Override
            public String address() {
                return config.address();
            }

            @Override
            public List<Need> needs() {
                return List.of(config.need());
            }

            @Override
            public Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException {
                return VhostUserDevice.open(config, tag, endpoint, lanes, files);
            }
        };
    }
}
