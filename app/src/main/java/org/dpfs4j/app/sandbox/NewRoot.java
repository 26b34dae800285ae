package org.dpfs4j.app.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Syscall;

/**
 * A file tree of the calling thread's own, that holds chosen parts of the host's at the same paths and nothing else. There
 * are no symbolic links in it but those inside the parts, so a path means what it means outside.
 */
final class NewRoot {
    private static final int CLONE_NEWNS = 0x20000;
    static final int CLONE_NEWUTS = 0x4000000;
    static final int CLONE_NEWIPC = 0x8000000;
    static final int CLONE_NEWNET = 0x40000000;

    private static final int MS_RDONLY = 1;
    private static final int MS_NOSUID = 2;
    private static final int MS_NODEV = 4;
    private static final int MS_NOEXEC = 8;
    private static final int MS_REC = 0x4000;
    private static final int MS_SLAVE = 0x80000;
    private static final int MNT_DETACH = 2;

    private static final int OPEN_TREE_CLONE = 1;
    private static final int O_CLOEXEC = 02000000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int MOUNT_ATTR_BYTES = 32;

    /** {@code struct ifreq} of {@code linux/if.h}. */
    private static final int IFREQ_BYTES = 40;

    private static final int IFREQ_FLAGS = 16;
    private static final short IFF_UP = 1;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;

    private static final int FOLDER_MODE = 0755;
    private static final int FILE_MODE = 0100600;

    /** A folder that every host has and no tree is in; the new root is put together on top of it. */
    private static final String SITE = "/proc";

    private static final Path PROC = Path.of("/proc");
    private static final Path TEMP = Path.of("/tmp");
    private static final Path OTHER_TEMP = Path.of("/.dpfs4j");

    private final Kernel kernel;
    private final List<Place> places;
    private final Path temporary;

    NewRoot(Kernel kernel, List<Place> places) throws NotIsolated {
        this.kernel = kernel;
        this.places = places;
        for (var place : places) {
            if (place.path().getNameCount() == 0) {
                throw new NotIsolated("a mount namespace hides nothing when / is served");
            }
        }
        temporary = places.stream().anyMatch(place -> TEMP.startsWith(place.path())) ? OTHER_TEMP : TEMP;
    }

    /** A folder for files of the process's own, in memory. */
    Path temporary() {
        return temporary;
    }

    /**
     * Makes the namespaces and the root, and goes there; the working directory is a folder at its old path.
     *
     * @param otherNamespaces CLONE_NEW* bits beside that of mounts
     */
    void enter(int otherNamespaces, Path workingDirectory) throws NotIsolated {
        Kernel.require("namespaces", kernel.call(Syscall.UNSHARE, CLONE_NEWNS | otherNamespaces, 0));
        if ((otherNamespaces & CLONE_NEWNET) != 0) {
            startLoopback();
        }
        // What the host mounts below a tree later is seen here; what is mounted here is not seen by the host.
        mount("none", "/", MS_REC | MS_SLAVE, "");
        var parts = new ArrayList<Part>();
        for (var place : places) {
            var part = part(place);
            if (part != null) {
                parts.add(part);
            }
        }
        var hostProc = part(new Place(PROC, Access.READ));
        mount("tmpfs", SITE, MS_NOSUID | MS_NODEV, "mode=0755,size=4m");
        makeFolder(temporary);
        mount("tmpfs", SITE + temporary, MS_NOSUID | MS_NODEV, "mode=1777,size=64m");
        for (var part : parts) {
            part.attach();
        }
        if (places.stream().noneMatch(place -> PROC.startsWith(place.path()))) {
            mountProc(hostProc);
        }
        makeFolder(workingDirectory);
        pivot(workingDirectory);
    }

    /** Libraries that look for the machine's addresses find the one that every machine has. */
    private void startLoopback() {
        var socket = kernel.call(Syscall.SOCKET, AF_INET, SOCK_DGRAM, 0);
        var request = kernel.memory(IFREQ_BYTES);
        request.setString(0, "lo");
        request.set(JAVA_SHORT, IFREQ_FLAGS, IFF_UP);
        kernel.call(Syscall.IOCTL, socket, SIOCSIFFLAGS, request.address());
        kernel.call(Syscall.CLOSE, socket, 0);
    }

    /** A copy of a part of the host's tree that is mounted nowhere yet. */
    private record Part(NewRoot root, Place place, boolean folder, long fd) {
        void attach() throws NotIsolated {
            var path = place.path();
            root.makeFolder(folder ? path : path.getParent());
            if (!folder) {
                root.kernel.call(Syscall.MKNODAT, Kernel.AT_FDCWD, root.kernel.text(SITE + path), FILE_MODE, 0);
            }
            Kernel.require(
                    "mounting " + path + " in the sandbox",
                    root.kernel.call(
                            StartCall.MOVE_MOUNT,
                            fd,
                            root.kernel.text(""),
                            Kernel.AT_FDCWD,
                            root.kernel.text(SITE + path),
                            MOVE_MOUNT_F_EMPTY_PATH));
            root.kernel.call(Syscall.CLOSE, fd, 0);
        }
    }

    /** Null when there is nothing at the place: whoever needs it says so better. */
    private Part part(Place place) throws NotIsolated {
        var folder = Files.isDirectory(place.path());
        var fd = clone(place, place.access().recursive());
        if (fd == -Kernel.EINVAL) {
            fd = clone(place, true); // a user namespace must not look below what is mounted in the folder
        }
        if (fd == -Kernel.ENOENT) {
            return null;
        }
        var what = "the sandbox's view of " + place.path();
        Kernel.require(what, fd);
        var device = place.access() == Access.SPECIAL ? 0 : MS_NODEV;
        setAttributes(what, fd, MS_NOSUID | device | (place.access().writable() ? 0 : MS_RDONLY));
        return new Part(this, place, folder, fd);
    }

    private long clone(Place place, boolean recursive) {
        return kernel.call(
                StartCall.OPEN_TREE,
                Kernel.AT_FDCWD,
                kernel.text(place.path()),
                OPEN_TREE_CLONE | O_CLOEXEC | (recursive ? AT_RECURSIVE : 0));
    }

    /** The attributes' values are those of the old flags, as far as they are used here. */
    private void setAttributes(String what, long fd, int attributes) throws NotIsolated {
        var block = kernel.memory(MOUNT_ATTR_BYTES);
        block.set(JAVA_LONG, 0, attributes);
        Kernel.require(
                what,
                kernel.call(
                        StartCall.MOUNT_SETATTR,
                        fd,
                        kernel.text(""),
                        AT_EMPTY_PATH | AT_RECURSIVE,
                        block.address(),
                        MOUNT_ATTR_BYTES));
    }

    /**
     * Only this process is to be seen in it, and nothing can be changed through it. A user namespace may only have the host's,
     * where it sees more names and can do no more.
     */
    private void mountProc(Part host) throws NotIsolated {
        makeFolder(PROC);
        var flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
        if (tryMount("proc", SITE + PROC, flags, "hidepid=ptraceable") < 0) {
            host.attach();
        }
    }

    private void mount(String type, String target, int flags, String options) throws NotIsolated {
        Kernel.require("mounting " + type, tryMount(type, target, flags, options));
    }

    private long tryMount(String type, String target, int flags, String options) {
        return kernel.call(
                StartCall.MOUNT,
                kernel.text(type),
                kernel.text(target),
                kernel.text(type),
                flags,
                kernel.text(options));
    }

    /** Every folder on the way, too; one that cannot be made is missed by what is mounted there next. */
    private void makeFolder(Path path) {
        for (int i = 1; i <= path.getNameCount(); i++) {
            var part = SITE + "/" + path.subpath(0, i);
            kernel.call(Syscall.MKDIRAT, Kernel.AT_FDCWD, kernel.text(part), FOLDER_MODE);
        }
    }

    private void pivot(Path workingDirectory) throws NotIsolated {
        changeTo(SITE);
        var here = kernel.text(".");
        Kernel.require("pivot_root", kernel.call(StartCall.PIVOT_ROOT, here, here));
        Kernel.require("leaving the host's root", kernel.call(StartCall.UMOUNT2, here, MNT_DETACH));
        var root = Kernel.require(
                "the new root", kernel.call(Syscall.OPENAT, Kernel.AT_FDCWD, kernel.text("/"), O_CLOEXEC, 0));
        var block = kernel.memory(MOUNT_ATTR_BYTES);
        block.set(JAVA_LONG, 0, MS_RDONLY | MS_NOSUID | MS_NODEV);
        Kernel.require(
                "a read-only root",
                kernel.call(
                        StartCall.MOUNT_SETATTR,
                        root,
                        kernel.text(""),
                        AT_EMPTY_PATH,
                        block.address(),
                        MOUNT_ATTR_BYTES));
        kernel.call(Syscall.CLOSE, root, 0);
        changeTo(workingDirectory.toString());
    }

    private void changeTo(String path) throws NotIsolated {
        Kernel.require("going to " + path, kernel.call(Ground.CHDIR, kernel.text(path)));
    }
}
