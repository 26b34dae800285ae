package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    private Path folder;

    @Test
    void theFileHoldsOurProcessIdWhileWeServe() throws Exception {
        var file = folder.resolve("pid");
        Files.writeString(file, "left behind by a crash");
        try (var pidFile = PidFile.at(Optional.of(file))) {
            assertThat(file).hasContent(ProcessHandle.current().pid() + "\n");
            assertThat(pidFile).isNotNull();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatAnotherServerWroteMeanwhileStays() throws Exception {
        var file = folder.resolve("pid");
        var pidFile = PidFile.at(Optional.of(file));
        Files.writeString(file, "1\n");
        pidFile.close();
        assertThat(file).hasContent("1\n");
    }

    @Test
    void aFileThatCannotBeWrittenIsOneSentence() {
        var file = folder.resolve("no/pid");
        assertThatThrownBy(() -> PidFile.at(Optional.of(file)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the pid file " + file + " cannot be written");
    }
}
