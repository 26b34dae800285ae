package org.dpfs4j.tck.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpfs4j.wire.OpenFlags;

/**
 * A process of one user, in the place where a rule is played. Paths are relative to the rule's directory and their last
 * component is never followed, unless a method says so. This file is long because it is the list of all system calls that
 * rules use.
 */
public final class Actor {
    /** {@code AT_FDCWD}. */
    static final int HERE = -100;

    private static final int NO_FOLLOW = 0x100;
    private static final int FOLLOW = 0x400;
    private static final int EMPTY_PATH = 0x1000;
    private static final int REMOVE_DIRECTORY = 0x200;
    private static final int ENTRY_NAME = 19;
    private static final int LISTING_BYTES = 8192;
    private static final int USR1 = 10;

    /** How long a call may take that a signal has ended. */
    private static final int SIGNAL_SECONDS = 5;

    private final String name;
    private final int id;
    private final Agent agent;
    private final List<String> transcript;

    Actor(String name, int id, Agent agent, List<String> transcript) {
        this.name = name;
        this.id = id;
        this.agent = agent;
        this.transcript = transcript;
    }

    /** A buffer that a system call fills. */
    record Room(int sizeBytes, String content) {
        /** Zeros. */
        static Room of(int sizeBytes) {
            return new Room(sizeBytes, "");
        }

        /** Bytes, and as many zeros behind them as there is room for. */
        static Room of(int sizeBytes, byte[] content) {
            return new Room(sizeBytes, '"' + printable(content));
        }
    }

    /** A call that may not have come back. */
    public record Pending(String call, CompletableFuture<String[]> answer) {
        /** Whether it still waits, after a moment in which it could have come back. */
        public boolean isWaiting() {
            try {
                answer.get(150, TimeUnit.MILLISECONDS);
                return false;
            } catch (TimeoutException e) {
                return true;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /** Whether it comes back within some seconds. */
        public boolean comesBack() {
            try {
                answer.get(SIGNAL_SECONDS, TimeUnit.SECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /** Waits for its end. */
        public Result await() {
            return Result.of(call, Agent.await(answer));
        }
    }

    // --- calls in general -----------------------------------------------------------------------------------------

    /** A system call by its Linux name; words are numbers, strings, byte arrays and {@link Room}s. */
    public Result call(String call, Object... words) {
        return repeat(1, call, words);
    }

    /** The same call until it fails; in strings {@code #} is the number of the turn. */
    public Result repeat(int count, String call, Object... words) {
        return noted(quiet(count, call, words));
    }

    /** A call that may wait; it is not in the transcript. */
    public Pending start(int count, String call, Object... words) {
        return new Pending(describe(call, words), agent.start(id, request(count, call, words)));
    }

    /** The number of this process, for {@link #signal}. */
    public long pid() {
        return quiet(1, "getpid").ok();
    }

    /** Sends a process a signal that does nothing but end what it waits for. */
    public void signal(long pid) {
        quiet(1, "kill", pid, USR1).ok();
    }

    /** A call whose answer differs from place to place, and so is not in the transcript. */
    Result quiet(int count, String call, Object... words) {
        return Result.of(describe(call, words), agent.ask(id, request(count, call, words)));
    }

    private Result noted(Result result) {
        var content = new StringBuilder();
        result.buffers().forEach(buffer -> content.append(' ').append(printable(buffer)));
        note(result + content.toString());
        return result;
    }

    private void note(String line) {
        if (transcript != null) {
            transcript.add(line);
        }
    }

    private static String request(int count, String call, Object... words) {
        var line = new StringBuilder("call ").append(count).append(' ').append(call);
        for (var word : words) {
            line.append(' ').append(word(word));
        }
        return line.toString();
    }

    private String describe(String call, Object... words) {
        var line = new StringBuilder(name).append(": ").append(call);
        for (var word : words) {
            var text = word(word);
            line.append(' ').append(text.length() > 100 ? text.substring(0, 100) + "..." : text);
        }
        return line.toString();
    }

    /** A word of the agent's language. */
    static String word(Object word) {
        return switch (word) {
            case String text -> '"' + printable(text.getBytes(UTF_8));
            case byte[] bytes -> '"' + printable(bytes);
            case Room room -> "<" + room.sizeBytes + room.content;
            default -> word.toString();
        };
    }

    private static String printable(byte[] bytes) {
        var text = new StringBuilder();
        for (var each : bytes) {
            if (each > ' ' && each < 127 && each != '\\') {
                text.append((char) each);
            } else {
                text.append(String.format("\\%02X", each));
            }
        }
        return text.toString();
    }

    void end() {
        agent.end(id);
    }

    // --- who it is ------------------------------------------------------------------------------------------------

    /** Changes user, group and all supplementary groups. */
    public Actor become(int uid, int gid, int... groups) {
        var list = ByteBuffer.allocate(4 * groups.length).order(ByteOrder.nativeOrder());
        for (var group : groups) {
            list.putInt(group);
        }
        quiet(1, "setgroups", groups.length, list.array()).ok();
        quiet(1, "setresgid", gid, gid, gid).ok();
        quiet(1, "setresuid", uid, uid, uid).ok();
        return this;
    }

    /** Changes its umask. */
    public Actor umask(int mask) {
        quiet(1, "umask", mask).ok();
        return this;
    }

    /** Lets some milliseconds go by, so that the next change has another time. */
    public void tick() {
        var time = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        quiet(1, "nanosleep", time.putLong(0).putLong(20_000_000).array(), 0).ok();
    }

    // --- files ----------------------------------------------------------------------------------------------------

    /** Opens; {@code flags} are those of {@link OpenFlags}. */
    public Result open(String path, int flags, int mode) {
        return call("openat", HERE, path, flags, mode);
    }

    public Result open(String path, int flags) {
        return open(path, flags, 0);
    }

    /** Makes a file and closes it. */
    public void file(String path, int mode) {
        close(open(path, OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.WRONLY, mode)
                .fd());
    }

    /** As above, with content and mode 0644. */
    public void file(String path, String content) {
        var fd = open(path, OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.WRONLY, 0644)
                .fd();
        write(fd, content).ok();
        close(fd);
    }

    public void close(int fd) {
        call("close", fd).ok();
    }

    public Result read(int fd, int lengthBytes) {
        return call("read", fd, Room.of(lengthBytes), lengthBytes);
    }

    public Result pread(int fd, int lengthBytes, long offset) {
        return call("pread64", fd, Room.of(lengthBytes), lengthBytes, offset);
    }

    public Result write(int fd, String content) {
        return call("write", fd, content, content.getBytes(UTF_8).length);
    }

    public Result pwrite(int fd, String content, long offset) {
        return call("pwrite64", fd, content, content.getBytes(UTF_8).length, offset);
    }

    /** All of a small file. */
    public String content(String path) {
        var fd = open(path, OpenFlags.RDONLY).fd();
        var content = pread(fd, 4096, 0).text();
        close(fd);
        return content;
    }

    public Result seek(int fd, long offset, int whence) {
        return call("lseek", fd, offset, whence);
    }

    public Result fallocate(int fd, int mode, long offset, long lengthBytes) {
        return call("fallocate", fd, mode, offset, lengthBytes);
    }

    /** Follows links. */
    public Result truncate(String path, long sizeBytes) {
        return call("truncate", path, sizeBytes);
    }

    public Result ftruncate(int fd, long sizeBytes) {
        return call("ftruncate", fd, sizeBytes);
    }

    public Result fcntl(int fd, int command, Object word) {
        return call("fcntl", fd, command, word);
    }

    // --- names ----------------------------------------------------------------------------------------------------

    public Result mkdir(String path, int mode) {
        return call("mkdirat", HERE, path, mode);
    }

    public Result mknod(String path, int mode, int device) {
        return call("mknodat", HERE, path, mode, device);
    }

    public Result link(String from, String to) {
        return call("linkat", HERE, from, HERE, to, 0);
    }

    /** Follows a link at the end of {@code from}. */
    public Result linkTarget(String from, String to) {
        return call("linkat", HERE, from, HERE, to, FOLLOW);
    }

    public Result symlink(String target, String path) {
        return call("symlinkat", target, HERE, path);
    }

    public Result readlink(String path) {
        return call("readlinkat", HERE, path, Room.of(4096), 4096);
    }

    public Result unlink(String path) {
        return call("unlinkat", HERE, path, 0);
    }

    public Result rmdir(String path) {
        return call("unlinkat", HERE, path, REMOVE_DIRECTORY);
    }

    public Result rename(String from, String to) {
        return rename(from, to, 0);
    }

    public Result rename(String from, String to, int flags) {
        return call("renameat2", HERE, from, HERE, to, flags);
    }

    // --- attributes -----------------------------------------------------------------------------------------------

    /** Attributes of what is there. */
    public Stat stat(String path) {
        var result = tryStat(path);
        result.ok();
        return read(result);
    }

    /** As {@link #stat}, following a link. */
    public Stat statTarget(String path) {
        var result = quiet(1, "statx", HERE, path, 0, Stat.BASIC | Stat.BIRTH, Room.of(Stat.BYTES));
        result.ok();
        return read(result);
    }

    public Stat fstat(int fd) {
        var result = quiet(1, "statx", fd, "", EMPTY_PATH, Stat.BASIC | Stat.BIRTH, Room.of(Stat.BYTES));
        result.ok();
        return read(result);
    }

    /** As {@link #stat}, when it may fail. */
    public Result tryStat(String path) {
        var result = quiet(1, "statx", HERE, path, NO_FOLLOW, Stat.BASIC | Stat.BIRTH, Room.of(Stat.BYTES));
        if (!result.isOk()) {
            note(result.toString());
        }
        return result;
    }

    private Stat read(Result result) {
        var stat = Stat.of(result.struct(Stat.BYTES));
        note(result.call() + " " + stat.comparable());
        return stat;
    }

    /** Follows links. */
    public Result chmod(String path, int mode) {
        return call("fchmodat", HERE, path, mode);
    }

    public Result fchmod(int fd, int mode) {
        return call("fchmod", fd, mode);
    }

    /** Follows links; -1 leaves one as it is. */
    public Result chown(String path, int uid, int gid) {
        return call("fchownat", HERE, path, uid, gid, 0);
    }

    public Result lchown(String path, int uid, int gid) {
        return call("fchownat", HERE, path, uid, gid, NO_FOLLOW);
    }

    /** Both times; nanoseconds may be {@code UTIME_NOW} and {@code UTIME_OMIT}. */
    public Result times(String path, long access, long accessNanos, long change, long changeNanos) {
        var times = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        times.putLong(access).putLong(accessNanos).putLong(change).putLong(changeNanos);
        return call("utimensat", HERE, path, times.array(), NO_FOLLOW);
    }

    /** Whether the process may; follows links. */
    public Result access(String path, int mask) {
        return call("faccessat", HERE, path, mask);
    }

    // --- directories ----------------------------------------------------------------------------------------------

    /** Names and types ({@code DT_*}) of a directory without the two dots. */
    public Map<String, Integer> list(String path) {
        var fd = call("openat", HERE, path, OpenFlags.DIRECTORY).fd();
        var all = new TreeMap<String, Integer>();
        for (var entries = entries(fd); !entries.isEmpty(); entries = entries(fd)) {
            entries.forEach(entry -> all.put(entry.name(), entry.type()));
        }
        close(fd);
        all.remove(".");
        all.remove("..");
        note(name + ": list " + path + " " + all);
        return all;
    }

    /** An entry as {@code getdents64} gives it; {@code next} is where the one behind it starts. */
    public record Entry(String name, int type, long inode, long next) {}

    /** The next entries of an open directory, none at its end. */
    public List<Entry> entries(int fd) {
        return entries(fd, LISTING_BYTES);
    }

    List<Entry> entries(int fd, int room) {
        var result = quiet(1, "getdents64", fd, Room.of(room), room);
        var bytes = ByteBuffer.wrap(result.bytes()).order(ByteOrder.nativeOrder());
        var entries = new ArrayList<Entry>();
        for (var at = 0; at < bytes.limit(); at += Short.toUnsignedInt(bytes.getShort(at + 16))) {
            var end = at + ENTRY_NAME;
            while (bytes.get(end) != 0) {
                end++;
            }
            var text = new String(bytes.array(), at + ENTRY_NAME, end - at - ENTRY_NAME, UTF_8);
            entries.add(new Entry(text, bytes.get(at + 18), bytes.getLong(at), bytes.getLong(at + 8)));
        }
        return entries;
    }

    // --- memory and programs --------------------------------------------------------------------------------------

    /** Maps a file shared; the address is not in the transcript. */
    public long map(int fd, long lengthBytes, int protection) {
        return tryMap(fd, lengthBytes, protection).ok();
    }

    Result tryMap(int fd, long lengthBytes, int protection) {
        var result = quiet(1, "mmap", 0, lengthBytes, protection, 1, fd, 0);
        note(result.call() + (result.value() == -1 || result.isOk() ? "" : " " + result.outcome()));
        return result;
    }

    /** Reads mapped memory. */
    public Result peek(long address, int lengthBytes) {
        var result = Result.of(name + ": peek", agent.ask(id, "peek " + address + " " + lengthBytes));
        return noted(result.isOk() ? result : new Result(result.call(), result.value(), List.of()));
    }

    /** Writes mapped memory. */
    public Result poke(long address, String content) {
        return noted(Result.of(name + ": poke", agent.ask(id, "poke " + address + " " + word(content))));
    }

    /** Starts a program in the background; its number is not in the transcript. */
    public Result spawn(String path) {
        var result = Result.of(name + ": spawn " + path, agent.ask(id, "spawn " + word(path)));
        note(result.call() + (result.isOk() ? " runs" : " = " + result.outcome()));
        return result;
    }
}
