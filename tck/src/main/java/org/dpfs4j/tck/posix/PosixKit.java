package org.dpfs4j.tck.posix;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.dpfs4j.tck.GapExtension;
import org.dpfs4j.tck.Gaps;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a Linux file system does, seen from programs: each test method is a rule, and its name says which. A test extends this
 * and says in which place the rules are played: a directory, a mount, a guest. With a reference, which is a plain directory of
 * the host, every rule is played there too, and all answers must be the same.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith({RootAndCompiler.class, GapExtension.class, ReferenceExtension.class})
public abstract class PosixKit
        implements Gaps,
                OpenRules,
                PermissionRules,
                OwnershipRules,
                SetIdRules,
                EntryRules,
                StickyRules,
                MoveRules,
                OrphanRules,
                PathRules,
                TimeRules,
                SizeRules,
                ContentRules,
                LockRules,
                XattrRules,
                ListingRules {
    private World world;
    private List<String> lastTranscript = List.of();

    /** For extension by a test. */
    protected PosixKit() {}

    /** Where the rules are played; the same in each call, closed after the last rule. */
    protected abstract Place place();

    /** A plain directory to compare with, or null. */
    protected Place reference() {
        return null;
    }

    /** Rules that are not kept in this place, by method name, each with the reason. */
    protected Map<String, String> gaps() {
        return Map.of();
    }

    @Override
    public final Map<String, String> declaredGaps() {
        return gaps();
    }

    @Override
    public final World world() {
        return world;
    }

    /** A rule's body. */
    interface Play {
        void run() throws Throwable;
    }

    /** Plays a rule in a fresh directory of that place, and gives the transcript. */
    List<String> play(Place where, Play rule) throws Throwable {
        world = where.world();
        try (var played = world) {
            try {
                rule.run();
            } finally {
                lastTranscript = played.transcript();
            }
        }
        return lastTranscript;
    }

    /** The transcript of what was played last. */
    List<String> lastTranscript() {
        return lastTranscript;
    }

    @AfterAll
    final void closePlaces() throws IOException {
        if (place() != null) {
            place().close();
        }
        if (reference() != null) {
            reference().close();
        }
    }
}
