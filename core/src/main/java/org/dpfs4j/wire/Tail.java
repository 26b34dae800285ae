package org.dpfs4j.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What follows the structure of a request. */
public enum Tail {
    /** Nothing. */
    NONE(0, 0, false),
    /** The name of a directory entry. */
    NAME(1, 1, false),
    /** The name of a new directory entry, then perhaps {@link Extensions}. */
    NAME_EXTENSIONS(1, 1, true),
    /** Two names of directory entries. */
    NAME_NAME(2, 2, false),
    /** The name of a new directory entry, the target of a symbolic link, then perhaps {@link Extensions}. */
    NAME_TARGET_EXTENSIONS(2, 1, true),
    /** A name without meaning (TMPFILE sends a slash), then perhaps {@link Extensions}. */
    IGNORED_NAME_EXTENSIONS(1, 0, true),
    /** The name of an extended attribute. */
    XATTR_NAME(1, 0, false),
    /** The name of an extended attribute and its value. */
    XATTR_NAME_VALUE(1, 0, false),
    /** Bytes, as many as the structure says. */
    DATA(0, 0, false),
    /** {@link ForgetOne} entries, as many as the structure says. */
    FORGETS(0, 0, false),
    /** Entries of {@link RemovemappingIn}, as many as the structure says. */
    MAPPINGS(0, 0, false);

    private final int names;
    private final int entryNames;
    private final boolean extensible;

    Tail(int names, int entryNames, boolean extensible) {
        this.names = names;
        this.entryNames = entryNames;
        this.extensible = extensible;
    }

    /** How many strings with a NUL at their end follow. */
    public int names() {
        return names;
    }

    /** How many of them, from the first on, name directory entries: {@link Name#isEntryName()} must hold. */
    public int entryNames() {
        return entryNames;
    }

    /** Whether extensions may follow the names. */
    public boolean extensible() {
        return extensible;
    }

    /**
     * Where the names end that begin at {@code from}: the offset behind the last one's NUL, or -1 when a NUL is missing
     * before {@code to}. Reads nothing at or above {@code to}.
     */
    public long endOfNames(MemorySegment head, long from, long to) {
        long position = from;
        for (int found = 0; found < names; position++) {
            if (position >= to) {
                return -1;
            }
            if (head.get(ValueLayout.JAVA_BYTE, position) == 0) {
                found++;
            }
        }
        return position;
    }
}
