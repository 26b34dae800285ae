package org.dpfs4j.guest;

import java.util.List;

/** A program that a workload may ask for in the guest; busybox is always there. */
public enum Tool {
    FIO("fio"),
    SQLITE3("sqlite3"),
    GIT("git", "/usr/bin/git-upload-pack", "/usr/bin/git-receive-pack");

    private final String name;
    /** Paths with a space between them: an enum holds nothing that can change. */
    private final String links;

    Tool(String name, String... links) {
        this.name = name;
        this.links = String.join(" ", links);
    }

    String packageName() {
        return name;
    }

    String program() {
        return "/usr/bin/" + name;
    }

    /** Further names of the program. */
    List<String> links() {
        return links.isEmpty() ? List.of() : List.of(links.split(" ", -1));
    }
}
