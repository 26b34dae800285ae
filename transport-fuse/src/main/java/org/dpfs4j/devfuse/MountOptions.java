package org.dpfs4j.devfuse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Options of mount(8) that are no key of their own, as flags of mount(2) and as words.
 *
 * @param flags MS_* of {@code linux/mount.h}
 * @param words for fusermount3
 */
record MountOptions(long flags, List<String> words) {
    private static final long NOSUID = 2;
    private static final long NODEV = 4;

    /** What a file system of a program should not bring unless it is asked to: set-id programs and devices. */
    static final MountOptions DEFAULT = new MountOptions(NOSUID | NODEV, List.of());

    private static final Map<String, Long> SET = Map.of(
            "nosuid",
            NOSUID,
            "nodev",
            NODEV,
            "noexec",
            8L,
            "sync",
            16L,
            "dirsync",
            128L,
            "noatime",
            1024L,
            "nodiratime",
            2048L);

    private static final Map<String, Long> CLEAR =
            Map.of("suid", NOSUID, "dev", NODEV, "exec", 8L, "async", 16L, "atime", 1024L, "diratime", 2048L);

    /**
     * Reads a list with commas; a later word wins.
     *
     * @throws IllegalArgumentException with the word that is not known
     */
    static MountOptions parse(String list) {
        var flags = DEFAULT.flags();
        var words = new ArrayList<String>();
        for (var word : list.isBlank() ? new String[0] : list.split(",", -1)) {
            if (SET.containsKey(word)) {
                flags |= SET.get(word);
            } else if (CLEAR.containsKey(word)) {
                flags &= ~CLEAR.get(word);
            } else {
                throw new IllegalArgumentException("has an unknown word: \"" + word + "\" (known: "
                        + String.join(", ", SET.keySet().stream().sorted().toList()) + ", "
                        + String.join(", ", CLEAR.keySet().stream().sorted().toList()) + ")");
            }
            words.add(word);
        }
        return new MountOptions(flags, List.copyOf(words));
    }
}
