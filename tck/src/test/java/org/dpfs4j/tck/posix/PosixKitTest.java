package org.dpfs4j.tck.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The rules in a directory of this machine: {@code -Ddpfs4j.posix.path=/mnt/x} names it, for instance where a file system of
 * ours is mounted, and {@code -Ddpfs4j.posix.reference=/tmp} one to compare with.
 */
class PosixKitTest extends PosixKit {
    private static final String PATH = "dpfs4j.posix.path";
    private static final String REFERENCE = "dpfs4j.posix.reference";

    private Path home;
    private Place place;
    private Place reference;

    @BeforeAll
    void findPlaces() throws IOException {
        home = Files.createTempDirectory("dpfs4j-posix");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        var program = AgentProgram.compiled(home);
        place = new Place(Agent.local(program), System.getProperty(PATH, home.toString()));
        if (System.getProperty(REFERENCE) != null) {
            reference = new Place(Agent.local(program), System.getProperty(REFERENCE));
        }
    }

    @Override
    protected Place place() {
        return place;
    }

    @Override
    protected Place reference() {
        return reference;
    }

    @AfterAll
    void clean() throws IOException {
        if (home != null) {
            Files.deleteIfExists(home.resolve("agent.c"));
            Files.deleteIfExists(home.resolve("posix-agent"));
            Files.delete(home);
        }
    }
}
