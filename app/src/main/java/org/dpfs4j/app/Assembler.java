package org.dpfs4j.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dpfs4j.app.sandbox.Isolation;
import org.dpfs4j.config.Need;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.wire.ClientArch;

/**
 * Reads the sections that docs/ARCHITECTURE.md describes in section 5. What is wrong becomes a problem of its section;
 * the objects built beside problems are not used.
 */
final class Assembler {
    /** Each is a thread that wants a core of its own: more is a mistake. */
    private static final int LANES_MAX = 1024;

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);
    private static final String ROOT_MOUNT = "/";
    private static final String NOT_ISOLATED =
            "cannot be had by a server that mounts on this machine or has a DPU's provider, which is not isolated: leave it out, or serve such "
                    + "devices from a process of their own";

    private final Section root;
    private final List<Problem> problems;
    private final Providers providers;
    private final Set<String> addresses = new HashSet<>();

    Assembler(Settings settings, Providers providers) {
        root = settings.root();
        problems = settings.problems();
        this.providers = providers;
    }

    Assembly assemble() {
        var server = root.optionalTable("server");
        var lanes = server.integer("lanes", Runtime.getRuntime().availableProcessors(), 1, LANES_MAX);
        var io = server.choice("io", IoMode.AUTO);
        var pollMax = pollMax(server);
        var drainLimit = server.duration("drain-limit", DRAIN_LIMIT);
        var isolation = Isolation.read(server);
        var metrics = metrics(server);
        var logging = Logging.read(server);
        Optional<Path> pidFile = server.has("pid-file") ? Optional.of(server.path("pid-file")) : Optional.empty();
        var written = root.optionalTable("backend").tables();
        var backends = new LinkedHashMap<String, Assembly.Storage>();
        written.forEach((name, section) -> backends.put(name, backend(section)));
        var devices = root.list("device").stream()
                .map(section -> device(section, backends))
                .toList();
        if (devices.isEmpty()) {
            root.absence("[[device]]", "is missing: nothing would be served");
        }
        if (devices.stream().anyMatch(Assembly.Function::isUnrestricted)) {
            isolation.asked().forEach(key -> server.problem(key, NOT_ISOLATED));
        }
        root.reportUnknownKeys();
        return new Assembly(lanes, io, pollMax, drainLimit, isolation, metrics, logging, pidFile, backends, devices);
    }

    private static Duration pollMax(Section server) {
        var written = server.duration("poll-max", Lanes.POLL_MAX);
        if (written.compareTo(Lanes.POLL_LIMIT) > 0) {
            server.problem(
                    "poll-max",
                    "is more than " + Lanes.POLL_LIMIT.toMillis()
                            + " ms: a lane that looks for nothing keeps a core busy");
        }
        return written;
    }

    private static Optional<MetricsAddress> metrics(Section server) {
        var written = server.text("metrics", "");
        if (!written.isEmpty()) {
            try {
                return Optional.of(MetricsAddress.of(written));
            } catch (IllegalArgumentException e) {
                server.problem("metrics", e.getMessage());
            }
        }
        return Optional.empty();
    }

    private Assembly.Storage backend(Section section) {
        var provider = section.choice("type", providers.backends());
        if (provider.isEmpty()) {
            section.acceptAll();
            return null;
        }
        return new Assembly.Storage(provider.get().type(), provider.get().configure(section));
    }

    private Assembly.Function device(Section section, Map<String, Assembly.Storage> backends) {
        var tag = tag(section);
        var arch = section.choice("client-arch", ClientArch.own());
        var transport = transport(section);
        if (transport != null) {
            transport.mountPoint().ifPresent(place -> refuseWithin(backends, place, section.table("transport")));
        }
        return new Assembly.Function(tag, arch, transport, mounts(section, backends.keySet()));
    }

    /** A mount in a directory that this process serves: who looks there waits for an answer of its own. */
    private static void refuseWithin(Map<String, Assembly.Storage> backends, Path place, Section transport) {
        backends.forEach((name, storage) -> {
            for (var directory : directories(storage)) {
                if (!real(place).equals(real(directory)) && real(place).startsWith(real(directory))) {
                    transport.problem(
                            "mount-point",
                            "is inside " + directory + ", which is served here: the server would wait for itself");
                }
            }
        });
    }

    private static List<Path> directories(Assembly.Storage storage) {
        return storage == null || storage.backend() == null
                ? List.of()
                : storage.backend().needs().stream()
                        .filter(Need.Tree.class::isInstance)
                        .map(need -> ((Need.Tree) need).root())
                        .toList();
    }

    /** The path without symbolic links, as far as it exists. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    private static String tag(Section device) {
        if (!device.has("tag")) {
            return device.text("tag");
        }
        var tag = device.text("tag", "unreadable");
        var bytes = tag.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0) {
            device.problem("tag", "is empty");
        } else if (bytes > Limits.TAG_BYTES) {
            device.problem(
                    "tag",
                    "may be " + Limits.TAG_BYTES + " bytes long, and this one is " + bytes + ": \"" + tag + "\"");
        } else if (tag.indexOf('\0') >= 0) {
            device.problem("tag", "contains a NUL character");
        }
        return tag;
    }

    private Transport transport(Section device) {
        var section = device.table("transport");
        var provider = section.choice("type", providers.transports());
        if (provider.isEmpty()) {
            section.acceptAll();
            return null;
        }
        var before = problems.size();
        var transport = provider.get().configure(section);
        if (problems.size() > before) {
            return null;
        }
        var address = transport.address();
        if (!address.isEmpty() && !addresses.add(address)) {
            device.problem("transport", "is at " + address + ", where another device is already");
        }
        return transport;
    }

    private static Map<String, String> mounts(Section device, Set<String> backends) {
        if (!device.has("mounts")) {
            var backend = device.has("backend") ? device.text("backend", null) : device.text("backend");
            if (backend == null || !device.has("backend")) {
                return Map.of();
            }
            refer(device, "backend", backend, backends);
            return Map.of(ROOT_MOUNT, backend);
        }
        if (device.has("backend")) {
            device.text("backend");
            device.problem("mounts", "and backend exclude each other: backend = NAME means mounts = { \"/\" = NAME }");
        }
        var section = device.table("mounts");
        var mounts = section.texts();
        if (mounts.isEmpty() || mounts.size() > FuseDevice.MOUNTS) {
            device.problem("mounts", "must be 1 to " + FuseDevice.MOUNTS + ", and there are " + mounts.size());
        }
        mounts.forEach((path, backend) -> {
            if (!isMountPath(path)) {
                section.problem(path, "is not a mount path: \"/\", or \"/name\" for a directory below it");
            }
            refer(section, path, backend, backends);
        });
        return mounts;
    }

    /** The root, or one name below it as a directory entry can have. */
    private static boolean isMountPath(String path) {
        if (path.equals(ROOT_MOUNT)) {
            return true;
        }
        var name = path.startsWith("/") ? path.substring(1) : "";
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0
                && name.getBytes(StandardCharsets.UTF_8).length <= Limits.NAME_BYTES;
    }

    private static void refer(Section section, String key, String backend, Set<String> backends) {
        if (!backends.contains(backend)) {
            section.absence(key, "names no backend: there is no [backend." + backend + "]");
        }
    }
}
