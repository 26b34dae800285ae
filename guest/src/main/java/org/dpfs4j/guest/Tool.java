package org.dpfs4j.guest;

import java.util.List;

/** A program that a workload may ask for in the guest; busybox is always there. */
public enum Tool {
    FIO("fio", "fio"),
    SQLITE3("sqlite3", "sqlite3"),
    GIT("git", "git", "/usr/bin/git-upload-pack", "/usr/bin/git-receive-pack"),
    FLOCK("flock", "util-linux"),
    STRESS_NG("stress-ng", "stress-ng"),
    DBENCH("dbench", "dbench") {
        @Override
        List<String> data() {
            return List.of("/usr/share/dbench/client.txt");
        }
    };

    private final String name;
    private final String packageName;
    /** Paths with a space between them: an enum holds nothing that can change. */
    private final String links;

    Tool(String name, String packageName, String... links) {
        this.name = name;
        this.packageName = packageName;
        this.links = String.join(" ", links);
    }

    String packageName() {
        return packageName;
    }

    String program() {
        return "/usr/bin/" + name;
    }

    /** Further names of the program. */
    List<String> links() {
        return links.isEmpty() ? List.of() : List.of(links.split(" ", -1));
    }

    /** Files of the package that the program reads, by their absolute paths. */
    List<String> data() {
        return List.of();
    }
}
