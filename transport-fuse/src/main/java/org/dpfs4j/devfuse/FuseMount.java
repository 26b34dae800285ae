package org.dpfs4j.devfuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount of this machine and its connection to the kernel. Made by mount(2), or by fusermount3 where this process may not.
 * Each method takes its own thread's system calls.
 */
final class FuseMount implements Mounted {
    private static final Logger LOG = LoggerFactory.getLogger(FuseMount.class);
    private static final String DEVICE = "/dev/fuse";

    private static final int EPERM = 1;
    private static final int EBUSY = 16;
    private static final int EINVAL = 22;

    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;

    private static final long MS_RDONLY = 1;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    /** {@code _IOR(229, 0, uint32_t)} of {@code linux/fuse.h}. */
    private static final long FUSE_DEV_IOC_CLONE = 0x8004e500L;

    private final Path place;
    private final Fd connection;
    private final Optional<Fusermount> program;

    /** What is mounted there, so that nothing else is unmounted. */
    private final MountPoint mounted;

    private FuseMount(Path place, Fd connection, Optional<Fusermount> program, MountPoint mounted) {
        this.place = place;
        this.connection = connection;
        this.program = program;
        this.mounted = mounted;
    }

    /**
     * Mounts.
     *
     * @throws IOException in one sentence for the operator
     */
    static FuseMount mount(DevFuseConfig config, String tag, Syscalls syscalls) throws IOException {
        var before = MountPoint.asked(config.mountPoint(), syscalls);
        before.refuseUnusable();
        var place = config.mountPoint().toRealPath();
        if (syscalls.call(Syscall.GETEUID, 0) == 0) {
            var connection = device(syscalls);
            var result = mount(config, tag, place, connection, before.mode(), syscalls);
            if (result == 0) {
                return new FuseMount(place, connection, Optional.empty(), MountPoint.known(place, syscalls));
            }
            connection.close();
            if (result != -EPERM) {
                throw new IOException(place + " cannot be mounted: " + Reason.of(-result));
            }
        }
        var program = Fusermount.find()
                .orElseThrow(() -> new IOException(
                        "this process may not mount (it is not root, or has no CAP_SYS_ADMIN), and there is no fusermount3, "
                                + "which may: install the package fuse3"));
        var connection = program.mount(place, words(config, tag), syscalls);
        return new FuseMount(place, connection, Optional.of(program), MountPoint.known(place, syscalls));
    }

    private static Fd device(Syscalls syscalls) throws IOException {
        var number = openDevice(syscalls);
        if (number < 0) {
            throw new IOException(DEVICE + " cannot be opened: " + Reason.ofDevice(-number));
        }
        return new Fd((int) number);
    }

    private static long openDevice(Syscalls syscalls) {
        return syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(DEVICE), O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
    }

    private static long mount(
            DevFuseConfig config, String tag, Path place, Fd connection, int mode, Syscalls syscalls) {
        var options = "fd=" + connection.number() + ",rootmode=" + Integer.toOctalString(mode) + ",user_id="
                + syscalls.call(Syscall.GETUID, 0) + ",group_id=" + syscalls.call(Syscall.GETGID, 0) + ","
                + String.join(",", shared(config));
        var flags = config.options().flags() | (config.readOnly() ? MS_RDONLY : 0);
        try (var arena = Arena.ofConfined()) {
            return syscalls.call(
                    Syscall.MOUNT,
                    arena.allocateFrom(config.fsName().orElse(tag)).address(),
                    syscalls.path(place.toString()),
                    arena.allocateFrom("fuse." + config.subtype()).address(),
                    flags,
                    arena.allocateFrom(options).address());
        }
    }

    /** Options that the kernel and fusermount3 both take. */
    private static List<String> shared(DevFuseConfig config) {
        var words = new ArrayList<>(List.of("default_permissions", "max_read=" + DevFuseExchange.REPLY_DATA_BYTES));
        if (config.allowOther()) {
            words.add("allow_other");
        }
        return words;
    }

    private static List<String> words(DevFuseConfig config, String tag) {
        var words = new ArrayList<>(shared(config));
        words.add("fsname=" + config.fsName().orElse(tag).replace("\\", "\\\\").replace(",", "\\,"));
        words.add("subtype=" + config.subtype());
        words.addAll(config.options().words());
        if (config.readOnly()) {
            words.add("ro");
        }
        return words;
    }

    @Override
    public Path place() {
        return place;
    }

    @Override
    public Fd connection() {
        return connection;
    }

    @Override
    public Fd another(Syscalls syscalls) {
        var number = openDevice(syscalls);
        if (number < 0) {
            LOG.info("{}: lanes share one connection: {} {}", place, DEVICE, Reason.ofDevice(-number));
            return connection;
        }
        var clone = new Fd((int) number);
        Memory.ALL.set(JAVA_INT, syscalls.scratch(), connection.number());
        var result = syscalls.call(Syscall.IOCTL, number, FUSE_DEV_IOC_CLONE, syscalls.scratch());
        if (result < 0) {
            LOG.info("{}: lanes share one connection: it cannot be cloned, errno {}", place, -result);
            clone.close();
            return connection;
        }
        return clone;
    }

    @Override
    public Outcome unmount(boolean lazily, Syscalls syscalls) {
        if (!MountPoint.known(place, syscalls).isSame(mounted)) {
            LOG.debug("{} is not our mount any more", place);
            return Outcome.DONE;
        }
        if (program.isPresent()) {
            return program.get().unmount(place, lazily);
        }
        var flags = UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0);
        var result = syscalls.call(Syscall.UMOUNT2, syscalls.path(place.toString()), flags);
        if (result == -EBUSY) {
            return Outcome.BUSY;
        }
        if (result < 0 && result != -EINVAL) {
            LOG.warn("{} cannot be unmounted: {}", place, Reason.of(-result));
            return Outcome.FAILED;
        }
        return Outcome.DONE;
    }

    @Override
    public void flush(Syscalls syscalls) {
        var number = syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(place.toString()), O_RDONLY | O_CLOEXEC, 0);
        if (number >= 0) {
            try (var root = new Fd((int) number)) {
                syscalls.call(Syscall.SYNCFS, root.number());
            }
        }
    }

    @Override
    public void abort() {
        var file = Path.of("/sys/fs/fuse/connections", Integer.toString(mounted.deviceMinor()), "abort");
        try {
            Files.writeString(file, "1");
        } catch (IOException e) {
            LOG.warn("{}: the connection cannot be aborted by {}: {}", place, file, e.getMessage());
        }
    }
}
