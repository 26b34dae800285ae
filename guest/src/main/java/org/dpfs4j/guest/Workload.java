package org.dpfs4j.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A shell script that works on the mount, in the guest. It runs in {@code $MNT}, may use the functions of {@code
 * lib.sh} (check,
 * refuse, same, pass, fail), and passes if none of its checks failed and its status is 0.
 *
 * @param name a word of letters, digits and dashes
 * @param script the text for the guest's shell
 * @param tools the programs it needs beside busybox
 */
public record Workload(String name, String script, Set<Tool> tools) {
    public Workload {
        if (!name.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException("a workload's name is a word of a-z, 0-9 and dashes: " + name);
        }
        tools = Set.copyOf(tools);
    }

    /** The features that driver and server have agreed on: the packed ring when the guest was given one. */
    public static final Workload DEVICE = resource("device");
    /** Everything an ordinary user does in a shell: files, directories, links, times, modes, owners, other users. */
    public static final Workload BASICS = resource("basics");
    /**
     * Copies the tree {@code $MNT/tree} that the host put there and compares checksums both ways; leaves {@code
     * tree-copy}.
     */
    public static final Workload COPY_TREE = resource("copy-tree");
    /** Random and sequential writes by several jobs, read back and verified. */
    public static final Workload FIO = resource("fio", Tool.FIO);
    /** A database with its journal on the mount. */
    public static final Workload SQLITE = resource("sqlite", Tool.SQLITE3);
    /** Clones {@code $MNT/repository.git} that the host put there, checks, commits and pushes. */
    public static final Workload GIT = resource("git", Tool.GIT);
    /** A thousand small files; then reading a directory while its files come and go. */
    public static final Workload SMALL_FILES = resource("small-files");
    /** A file of 4 GiB with three blocks of data. */
    public static final Workload SPARSE = resource("sparse");
    /** Mounts and unmounts ten times. */
    public static final Workload REMOUNT = resource("remount");
    /** Reads {@code $MNT/from-host}, writes {@code $MNT/from-guest}. */
    public static final Workload BOTH_SIDES = resource("both-sides");
    /** A directory of 5000 names. */
    public static final Workload LARGE_DIRECTORY = resource("large-directory");
    /** Reboots the guest once; alone in its guest, which must have {@link GuestOptions#reboots()}. */
    public static final Workload REBOOT = resource("reboot");
    /**
     * Asks the host ({@code replug}) to take the device away, and mounts again when it is back; see {@link
     * QemuGuest#replug}.
     */
    public static final Workload REPLUG = resource("replug");

    /**
     * All heavy programs in turn for {@code $SOAK_SECONDS} beside the unpacking of {@code $MNT/source.tar} into {@code
     * $MNT/source}; idle before and after, when it asks the host ({@code idle-before}, {@code idle-after}) and waits for a
     * file of that name.
     */
    public static final Workload SOAK = resource("soak", Tool.FIO, Tool.SQLITE3, Tool.GIT, Tool.STRESS_NG, Tool.DBENCH);

    /** The workloads that can run one after another in one boot. */
    public static List<Workload> all() {
        return List.of(
                DEVICE, BASICS, COPY_TREE, FIO, SQLITE, GIT, SMALL_FILES, SPARSE, BOTH_SIDES, LARGE_DIRECTORY, REMOUNT);
    }

    /** A workload whose script is given as text, for instance a demonstration. */
    public static Workload of(String name, String script, Tool... tools) {
        Set<Tool> needed = EnumSet.noneOf(Tool.class);
        needed.addAll(Arrays.asList(tools));
        return new Workload(name, script, needed);
    }

    private static Workload resource(String name, Tool... tools) {
        return of(name, text("workloads/" + name + ".sh"), tools);
    }

    /** A text file that lies beside this class. */
    static String text(String resource) {
        try (var in = Workload.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
