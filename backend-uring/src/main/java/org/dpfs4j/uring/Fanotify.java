package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Statfs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of everything on the file systems that guests look into. Files come as file handles, which are opened to learn their
 * numbers: this needs CAP_DAC_READ_SEARCH beside CAP_SYS_ADMIN.
 *
 * <pre>
 *   event:  length 4 | version 1, reserved 1, head 2 | mask 8 | fd 4 | pid 4 | records …
 *   record: type 1, pad 1, length 2 | file system 8 | handle: bytes 4, type 4, …
 * </pre>
 */
final class Fanotify implements Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Fanotify.class);

    /** File systems listened to at most. */
    private static final int VOLUMES = 64;

    /** Close on exec, do not wait; file, directory and, from Linux 5.17 on, the file that an entry means. */
    private static final int FLAGS = 0x1 | 0x2 | 0x200 | 0x400 | 0x800;

    private static final int TARGETS = 0x1000;
    private static final int ADD_FILE_SYSTEM = 0x1 | 0x100;

    /** {@code FAN_*}: modify, attrib, moved from and to, create, delete, delete self, move self, directories too. */
    private static final long MASK = 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | 0x4000_0000L;

    private static final int OVERFLOW = 0x4000;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int HANDLE_BYTES = 128;

    private static final int EVENT_HEAD = 6;
    private static final int EVENT_MASK = 8;
    private static final int RECORD_LENGTH = 2;
    private static final int RECORD_VOLUME = 4;
    private static final int RECORD_HANDLE = 12;

    /** Records that name a file or a directory; others (names of a rename, process) repeat it or mean nothing here. */
    private static final int LAST_FILE_RECORD = 3;

    private static final int STATFS_VOLUME = 56;

    private final int fd;

    /** A directory of each file system, open for reading, by what events call the file system. */
    private final Map<Long, Integer> places = new HashMap<>();

    private volatile long[] devices = {};
    private volatile long[] refused = {};

    private Fanotify(int fd) {
        this.fd = fd;
    }

    /** Begins to listen to the file system of {@code root}; null where that is not possible. */
    static Fanotify open(FileCalls calls, int root) {
        var fd = (int) calls.syscalls().call(Syscall.FANOTIFY_INIT, FLAGS | TARGETS, 0);
        if (fd < 0) {
            fd = (int) calls.syscalls().call(Syscall.FANOTIFY_INIT, FLAGS, 0);
        }
        if (fd < 0) {
            return null;
        }
        var opened = new Fanotify(fd);
        if (calls.attributes(root) == 0 && opened.listen(calls, root, FileKey.device(calls.statx()))) {
            return opened;
        }
        opened.close(calls);
        return null;
    }

    @Override
    public String name() {
        return "fanotify";
    }

    @Override
    public int number() {
        return fd;
    }

    @Override
    public boolean covers(long device, long number) {
        return contains(devices, device);
    }

    @Override
    public boolean accepts(long device) {
        return !contains(refused, device) && devices.length < VOLUMES && refused.length < VOLUMES;
    }

    private static boolean contains(long[] some, long device) {
        for (var each : some) {
            if (each == device) {
                return true;
            }
        }
        return false;
    }

    private static long[] with(long[] some, long device) {
        var more = Arrays.copyOf(some, some.length + 1);
        more[some.length] = device;
        return more;
    }

    @Override
    public void cover(FileCalls calls, int directory, long device, long number, Recent recent) {
        if (contains(devices, device) || !accepts(device)) {
            return;
        }
        // What has changed there before is not known.
        recent.addAll();
        if (!listen(calls, directory, device)) {
            refused = with(refused, device);
            LOG.warn("a file system below the root cannot be watched: guests trust its files for watch-max at most");
        }
    }

    private boolean listen(FileCalls calls, int directory, long device) {
        var place = calls.reopen(directory, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        if (place < 0) {
            return false;
        }
        var result = calls.syscalls()
                .call(Syscall.FANOTIFY_MARK, fd, ADD_FILE_SYSTEM, MASK, AT_FDCWD, calls.procPath(place));
        var volume = calls.bulk();
        if (result < 0 || !opensHandles(calls, place) || calls.fileSystem(place, new Statfs(Memory.ALL, volume)) < 0) {
            calls.close(place);
            return false;
        }
        var before = places.put(Memory.ALL.get(JAVA_LONG, volume + STATFS_VOLUME), place);
        if (before != null) {
            calls.close(before);
        }
        devices = with(devices, device);
        return true;
    }

    /** Whether handles as they come with events lead to their files. */
    private static boolean opensHandles(FileCalls calls, int place) {
        var handle = calls.bulk();
        Memory.ALL.set(JAVA_INT, handle, HANDLE_BYTES);
        var mount = handle + 256;
        var empty = handle + 264;
        Memory.ALL.set(JAVA_BYTE, empty, (byte) 0);
        var result = calls.syscalls().call(Syscall.NAME_TO_HANDLE_AT, place, empty, handle, mount, AT_EMPTY_PATH);
        if (result < 0) {
            return false;
        }
        var opened = (int) calls.syscalls().call(Syscall.OPEN_BY_HANDLE_AT, place, handle, OpenFlags.PATH);
        if (opened >= 0) {
            calls.close(opened);
        }
        return opened >= 0;
    }

    @Override
    public void take(FileCalls calls, Recent recent) {
        for (var bytes = read(calls); bytes > 0; bytes = read(calls)) {
            for (long at = calls.bulk(); at < calls.bulk() + bytes; at += Memory.ALL.get(JAVA_INT, at)) {
                heard(calls, at, recent);
            }
        }
    }

    private long read(FileCalls calls) {
        return calls.syscalls().call(Syscall.READ, fd, calls.bulk(), FileCalls.BULK_BYTES);
    }

    private void heard(FileCalls calls, long event, Recent recent) {
        if ((Memory.ALL.get(JAVA_LONG_UNALIGNED, event + EVENT_MASK) & OVERFLOW) != 0) {
            recent.addAll();
            return;
        }
        var end = event + Memory.ALL.get(JAVA_INT, event);
        var record = event + Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, event + EVENT_HEAD));
        while (record + RECORD_HANDLE < end) {
            if (Memory.ALL.get(JAVA_BYTE, record) <= LAST_FILE_RECORD) {
                add(calls, record, recent);
            }
            record += Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, record + RECORD_LENGTH));
        }
    }

    /** A file that is gone by now needs no place. */
    private void add(FileCalls calls, long record, Recent recent) {
        var place = places.get(Memory.ALL.get(JAVA_LONG_UNALIGNED, record + RECORD_VOLUME));
        if (place == null) {
            // Of a part of a file system that calls itself something else (a subvolume).
            recent.addAll();
            return;
        }
        var handle = record + RECORD_HANDLE;
        var file = (int) calls.syscalls().call(Syscall.OPEN_BY_HANDLE_AT, place, handle, OpenFlags.PATH);
        if (file < 0) {
            return;
        }
        if (calls.knownAttributes(file) == 0) {
            var statx = calls.statx();
            recent.add(Recent.number(FileKey.device(statx), statx.ino()));
        }
        calls.close(file);
    }

    @Override
    public void close(FileCalls calls) {
        devices = new long[0];
        places.values().forEach(calls::close);
        places.clear();
        calls.close(fd);
    }
}
