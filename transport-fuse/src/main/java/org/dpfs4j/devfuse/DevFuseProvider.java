package org.dpfs4j.devfuse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dpfs4j.config.Need;
import org.dpfs4j.config.Section;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.transport.TransportProvider;

/** Mounts on this machine itself. */
public final class DevFuseProvider implements TransportProvider {
    @Override
    public String type() {
        return "fuse";
    }

    @Override
    public Transport configure(Section section) {
        var mountPoint = section.path("mount-point");
        var allowOther = section.flag("allow-other", isRoot());
        var readOnly = section.flag("read-only", false);
        var fsName = Optional.ofNullable(section.text("fs-name", null));
        var subtype = section.text("subtype", DevFuseConfig.SUBTYPE);
        var queues = section.has("queues") ? section.integer("queues", 0, 1, Limits.REQUEST_QUEUES) : 0;
        var options = options(section);
        if (!mountPoint.isAbsolute()) {
            return null; // said already
        }
        var config = section.build(
                () -> new DevFuseConfig(mountPoint, allowOther, readOnly, fsName, subtype, queues, options));
        return transport(config);
    }

    private static MountOptions options(Section section) {
        try {
            return MountOptions.parse(section.text("options", ""));
        } catch (IllegalArgumentException e) {
            section.problem("options", e.getMessage());
            return MountOptions.DEFAULT;
        }
    }

    /** Root mounts for everybody, as mount(8) does; who is not root may be forbidden to. */
    private static boolean isRoot() {
        var syscalls = new Syscalls();
        try {
            return syscalls.call(Syscall.GETEUID, 0) == 0;
        } finally {
            syscalls.close();
        }
    }

    /** A mount as {@code config} says. */
    public Transport transport(DevFuseConfig config) {
        return new Transport() {
            @Override
            public String address() {
                return config.mountPoint().toString();
            }

            @Override
            public Optional<Path> mountPoint() {
                return Optional.of(config.mountPoint());
            }

            @Override
            public List<Need> needs() {
                return List.of(new Need.Mounting());
            }

            @Override
            public Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException {
                return DevFuseDevice.open(config, tag, endpoint, lanes);
            }
        };
    }
}
