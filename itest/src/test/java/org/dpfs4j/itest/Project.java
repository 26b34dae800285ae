package org.dpfs4j.itest;

import java.nio.file.Path;

/** Where this project lies. */
final class Project {
    /** The root of the reactor; the build names it, an IDE's working directory is the module. */
    static final Path ROOT =
            Path.of(System.getProperty("dpfs4j.root", "..")).toAbsolutePath().normalize();

    private Project() {}
}
