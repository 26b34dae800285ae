package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.file.Path;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What becomes of declared gaps. The classes inside are run by the tests, not by the build: their names end otherwise. */
class GapTest {
    /** Keeps one of two rules. */
    static class Undeclared extends FileSystemTck {
        @Override
        protected Backend backend(Path scratch) {
            return new EchoBackend();
        }
    }

    /** Declares both. */
    static final class Declared extends Undeclared {
        @Override
        protected Map<String, String> gaps() {
            return Map.of(
                    "theFileSystemsStateMakesSense", "an echo has no size", "theRootIsNeverForgotten", "outdated");
        }
    }

    /** Declares what is no rule. */
    static final class Misspelt extends Undeclared {
        @Override
        protected Map<String, String> gaps() {
            return Map.of("theFileSystemsStateMakesSenze", "misspelt");
        }
    }

    private static TestExecutionSummary run(Class<?> tck, String rule) {
        var listener = new SummaryGeneratingListener();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(tck, rule))
                .build();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static String message(TestExecutionSummary summary) {
        return summary.getFailures().getFirst().getException().getMessage();
    }

    @Test
    void aRuleThatIsNotKeptFails() {
        assertThat(run(Undeclared.class, "theFileSystemsStateMakesSense").getTestsFailedCount())
                .isEqualTo(1);
        assertThat(run(Undeclared.class, "theRootIsNeverForgotten").getTestsSucceededCount())
                .isEqualTo(1);
    }

    @Test
    void aDeclaredGapIsSkipped() {
        assertThat(run(Declared.class, "theFileSystemsStateMakesSense").getTestsAbortedCount())
                .isEqualTo(1);
    }

    @Test
    void aGapThatIsClosedFails() {
        var summary = run(Declared.class, "theRootIsNeverForgotten");
        assertThat(summary.getTestsFailedCount()).isEqualTo(1);
        assertThat(message(summary)).contains("gap closed");
    }

    @Test
    void aGapThatIsNoRuleFails() {
        assertThat(message(run(Misspelt.class, "theRootIsNeverForgotten"))).contains("theFileSystemsStateMakesSenze");
    }
}
