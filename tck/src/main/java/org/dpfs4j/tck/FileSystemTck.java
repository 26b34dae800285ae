package org.dpfs4j.tck;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every backend's file system does. A backend extends this in its own tests; each test method is a rule, and its name
 * says which. Beside the rule itself, every rule proves that all requests were answered once, on their lane and within their
 * room, see {@link Client#violations}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(GapExtension.class)
public abstract class FileSystemTck
        implements NodeRules,
                NameRules,
                RenameRules,
                DataRules,
                DirectoryRules,
                AttributeRules,
                XattrRules,
                HostileRules,
                LockRules,
                RareRules,
                ShareRules,
                Gaps {
    private static final int LANES = 2;

    private Lanes lanes;
    private Fixture fixture;

    /** For extension by a backend's test. */
    protected FileSystemTck() {}

    /**
     * A new backend, not started, on an empty tree.
     *
     * @param scratch an empty folder that the tree may be in
     */
    protected abstract Backend backend(Path scratch) throws IOException;

    /** Rules that are not kept, by method name, each with the reason. One that is kept after all fails the build. */
    protected Map<String, String> gaps() {
        return Map.of();
    }

    /** What the lanes run on. */
    protected IoMode ioMode() {
        return IoMode.AUTO;
    }

    @BeforeAll
    final void startLanes() {
        lanes = new Lanes(LANES, ioMode());
    }

    @BeforeEach
    final void startBackend(@TempDir Path scratch) throws IOException {
        fixture = new Fixture(lanes, backend(scratch), scratch);
    }

    @AfterEach
    final void stopBackend() {
        if (fixture != null) {
            var done = fixture;
            fixture = null;
            done.close();
        }
    }

    @AfterAll
    final void stopLanes() {
        lanes.close();
    }

    @Override
    public final Map<String, String> declaredGaps() {
        return gaps();
    }

    @Override
    public final void forgive() {
        fixture.forgive();
    }

    @Override
    public final Fixture fixture() {
        return fixture;
    }
}
