package org.dpfs4j.tck.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What becomes of answers that are not those of the reference. The class inside is run by the tests, not by the build. */
@ExtendWith(RootAndCompiler.class)
class ReferenceTest {
    /** A rule whose calls may all give 0. */
    private static final String RULE = "nothingToChangeIsAllowedToTheOwner";

    /** Compares a place where every call gives 0 with a directory. */
    static final class Lying extends PosixKit {
        private Place place;
        private Place reference;

        @BeforeAll
        void findPlaces(@TempDir Path home) throws IOException {
            var requests = new PipedInputStream();
            var answers = new PipedOutputStream();
            var heard = new PipedInputStream(answers);
            var asking = new PipedOutputStream(requests);
            Thread.ofVirtual().start(() -> lie(requests, answers));
            place = new Place(new Agent(heard, asking, asking), "/");
            reference = new Place(
                    Agent.local(AgentProgram.compiled(home)),
                    Files.createDirectory(home.resolve("reference")).toString());
        }

        private static void lie(PipedInputStream requests, PipedOutputStream answers) {
            try (var lines = new BufferedReader(new InputStreamReader(requests, ISO_8859_1))) {
                answers.write("0 0\n".getBytes(ISO_8859_1));
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    answers.write((line.substring(0, line.indexOf(' ')) + " 0\n").getBytes(ISO_8859_1));
                    answers.flush();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
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
    }

    private static TestExecutionSummary run(String rule) {
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(Lying.class, rule))
                                .build(),
                        listener);
        return listener.getSummary();
    }

    @Test
    void anAnswerThatTheReferenceDoesNotGiveFailsTheRule() {
        var summary = run(RULE);
        assertThat(summary.getTestsFailedCount()).isEqualTo(1);
        assertThat(summary.getFailures().getFirst().getException()).hasMessageContaining("compared with the reference");
    }

    @Test
    void aRuleThatIsNotKeptFailsByItself() {
        var summary = run("whatIsMissingIsNotMoved");
        assertThat(summary.getTestsFailedCount()).isEqualTo(1);
        assertThat(summary.getFailures().getFirst().getException()).hasMessageContaining("ENOENT");
    }
}
