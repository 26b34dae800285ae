package org.dpfs4j.guest;

import java.util.List;

/** A program that a workload may ask for in the guest; busybox is always there. */
public enum Tool {
    FIO("fio", List.of("/usr/bin/fio"), List.of()),
    SQLITE3("sqlite3", List.of("/usr/bin/sqlite3"), List.of()),
    GIT("git", List.of("/usr/bin/git"), List.of("/usr/bin/git-upload-pack", "/usr/bin/git-receive-pack"));

    private final String packageName;
    private final List<String> programs;
    private final List<String> links;

    Tool(String packageName, List<String> programs, List<String> links) {
        this.packageName = packageName;
        this.programs = programs;
        this.links = links;
    }

    String packageName() {
        return packageName;
    }

    List<String> programs() {
        return programs;
    }

    /** Further names of the (first) program. */
    List<String> links() {
        return links;
    }
}
