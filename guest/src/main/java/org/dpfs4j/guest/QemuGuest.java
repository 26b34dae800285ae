package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A guest in an emulated PC: QEMU's {@code vhost-user-fs-pci} is the front end, the server at the socket its back end.
 */
public final class QemuGuest extends ProcessGuest {
    private static final Pattern DELETED = Pattern.compile(".*\"DEVICE_DELETED\".*\"share\".*");

    /** What the host does while the device is out of the guest. */
    @FunctionalInterface
    public interface Interval {
        void run() throws IOException, InterruptedException;
    }

    private final GuestOptions options;

    private QemuGuest(Path home, GuestOptions options, GuestProcess process) {
        super(home, process);
        this.options = options;
    }

    /** Boots a guest whose share is served at {@code socket}, which must already listen. */
    public static QemuGuest start(GuestCache cache, GuestOptions options, Path socket, GuestListener listener)
            throws GuestUnavailable {
        String qemu = QemuProgram.ensure();
        try {
            Acceleration acceleration = Acceleration.probe(cache, qemu, options.kernel());
            return start(cache, qemu, acceleration, options, Optional.of(socket), listener);
        } catch (IOException e) {
            throw new GuestUnavailable("QEMU cannot be started: " + e.getMessage(), e);
        }
    }

    /** A guest that boots and ends, to see whether this machine can run guests that way. */
    static QemuGuest withoutShare(GuestCache cache, String qemu, Acceleration acceleration, GuestOptions options)
            throws IOException, GuestUnavailable {
        return start(cache, qemu, acceleration, options, Optional.empty(), GuestListener.NONE);
    }

    private static QemuGuest start(
            GuestCache cache,
            String qemu,
            Acceleration acceleration,
            GuestOptions options,
            Optional<Path> socket,
            GuestListener listener)
            throws IOException, GuestUnavailable {
        Set<Tool> tools = EnumSet.noneOf(Tool.class);
        options.workloads().forEach(workload -> tools.addAll(workload.tools()));
        Path root = new Toolbox(cache).root(tools);
        Path home = Files.createTempDirectory("dpfs4j-guest");
        try {
            Initramfs.write(home.resolve("initramfs"), root, options);
            var words = new ArrayList<>(machine(qemu, acceleration, options, home));
            socket.ifPresent(path -> words.addAll(share(options, path)));
            return new QemuGuest(home, options, new GuestProcess(words, Map.of(), home, options.workloads(), listener));
        } catch (IOException e) {
            GuestCache.delete(home);
            throw e;
        }
    }

    /**
     * Resets the machine as its reset button would, without a word to the guest; the guest must have {@link
     * GuestOptions#reboots()}.
     */
    public void reset() throws IOException, InterruptedException {
        try (var qmp = Qmp.connect(monitor())) {
            qmp.run("system_reset", "");
        }
    }

    /**
     * Takes the device out of the running guest, calls {@code between} (to restart the server, for instance) and puts a
     * new one in, served at
     * {@code socket}.
     */
    public void replug(Path socket, Interval between) throws IOException, InterruptedException {
        try (var qmp = Qmp.connect(monitor())) {
            qmp.run("device_del", "\"id\":\"share\"");
            qmp.await(DELETED);
            qmp.run("chardev-remove", "\"id\":\"backend\"");
            between.run();
            qmp.run(
                    "chardev-add",
                    "\"id\":\"backend\",\"backend\":{\"type\":\"socket\",\"data\":{\"server\":false,\"addr\":"
                            + "{\"type\":\"unix\",\"data\":{\"path\":\"" + socket + "\"}}}}");
            qmp.run(
                    "device_add",
                    "\"driver\":\"vhost-user-fs-pci\",\"id\":\"share\",\"bus\":\"shareport\","
                            + "\"chardev\":\"backend\",\"tag\":\""
                            + options.tag() + "\",\"num-request-queues\":" + options.requestQueues()
                            + ",\"queue-size\":"
                            + options.queueSize() + ",\"packed\":" + options.packed());
        }
    }

    /** The socket at the other end of the guest's second serial line, {@code /dev/ttyS1}; for one connection at a time. */
    public Path line() {
        return home().resolve("line");
    }

    private Path monitor() {
        return home().resolve("monitor");
    }

    private static List<String> machine(String qemu, Acceleration acceleration, GuestOptions options, Path home) {
        var words = new ArrayList<>(List.of(qemu, "-nodefaults", "-no-user-config", "-display", "none", "-M", "q35"));
        words.addAll(acceleration.words());
        words.addAll(List.of(
                "-smp",
                options.cpus() + ",maxcpus=" + Math.max(2, options.cpus()),
                "-m",
                String.valueOf(options.memoryMib()),
                "-object",
                "memory-backend-memfd,id=mem,share=on,size=" + options.memoryMib() + "M",
                "-numa",
                "node,memdev=mem",
                "-chardev",
                "stdio,id=console,signal=off",
                "-serial",
                "chardev:console",
                "-chardev",
                "socket,id=line,path=" + home.resolve("line") + ",server=on,wait=off",
                "-serial",
                "chardev:line",
                "-qmp",
                "unix:" + home.resolve("monitor") + ",server=on,wait=off",
                "-device",
                "pcie-root-port,id=shareport,slot=1",
                "-kernel",
                options.kernel().image().toString(),
                "-initrd",
                home.resolve("initramfs").toString(),
                "-append",
                "console=ttyS0 loglevel=5 panic=-1 mitigations=off"));
        words.addAll(options.hardware());
        if (!options.reboots()) {
            words.add("-no-reboot");
        }
        return words;
    }

    private static List<String> share(GuestOptions options, Path socket) {
        return List.of(
                "-chardev",
                "socket,id=backend,path=" + socket,
                "-device",
                "vhost-user-fs-pci,id=share,bus=shareport,chardev=backend,tag=" + options.tag() + ",num-request-queues="
                        + options.requestQueues() + ",queue-size=" + options.queueSize() + ",packed="
                        + (options.packed() ? "on" : "off"));
    }
}
