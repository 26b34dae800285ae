package org.dpfs4j.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a case asks for again and again. */
public enum Workload {
    RANDREAD(true, "READ at random places"),
    RANDWRITE(true, "WRITE at random places"),
    RANDRW(true, "READ and WRITE at random places, half and half"),
    SEQREAD(true, "READ from the beginning to the end, again and again"),
    SEQWRITE(true, "WRITE from the beginning to the end, again and again"),
    GETATTR(false, "GETATTR of one of 1000 files"),
    LOOKUP(false, "LOOKUP of one of 1000 files"),
    LOOKUPNEG(false, "LOOKUP of a name that is not there"),
    OPEN(false, "OPEN for reading and RELEASE of one of 1000 files"),
    OPENRW(false, "OPEN for reading and writing and RELEASE of one of 1000 files"),
    CREATE(false, "CREATE, RELEASE, UNLINK, FORGET"),
    MKDIR(false, "MKDIR, RMDIR, FORGET"),
    RENAME(false, "RENAME within a directory"),
    READDIR(false, "OPENDIR, READDIR of 1000 files, RELEASEDIR"),
    READDIRPLUS(false, "OPENDIR, READDIRPLUS of 1000 files, RELEASEDIR"),
    UNTAR(false, "LOOKUP, CREATE, WRITE 4k, SETATTR, FLUSH, RELEASE"),
    MIXED(false, "READ 4k 40 of 100, WRITE 20, GETATTR 20, LOOKUP 10, OPEN 6, CREATE 4"),
    NOP(false, "a request that no server knows");

    /** How many files there are for the workloads that need many. */
    static final int FILES = 1000;

    private final boolean inBlocks;
    private final String meaning;

    Workload(boolean inBlocks, String meaning) {
        this.inBlocks = inBlocks;
        this.meaning = meaning;
    }

    /** Whether it has a block size. */
    public boolean inBlocks() {
        return inBlocks;
    }

    /** Whether it reads or writes the large files. */
    boolean usesFiles() {
        return inBlocks || this == MIXED;
    }

    /** For people. */
    public String meaning() {
        return meaning;
    }

    /** What it is called on the command line. */
    public String label() {
        var lower = name().toLowerCase(Locale.ROOT);
        return this == READDIR || this == READDIRPLUS ? lower + "-" + FILES : lower;
    }

    static Optional<Workload> named(String label) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(label) || each.name().equalsIgnoreCase(label))
                .findFirst();
    }
}
