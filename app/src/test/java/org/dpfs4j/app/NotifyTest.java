package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class NotifyTest {
    @TempDir
    private Path folder;

    @Test
    void statesArriveAtASocketFile() {
        var path = folder.resolve("notify");
        try (var receiver = NotifyReceiver.at(path)) {
            var notify = new Notify(path.toString());
            notify.ready();
            notify.stopping();
            assertThat(receiver.next()).isEqualTo("READY=1");
            assertThat(receiver.next()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void statesArriveAtAnAbstractName() {
        var name = "dpfs4j-test-" + ProcessHandle.current().pid();
        try (var receiver = NotifyReceiver.atAbstract(name)) {
            new Notify("@" + name).ready();
            assertThat(receiver.next()).isEqualTo("READY=1");
        }
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"/nobody/listens/here", "vsock:2:1234", "relative", "@"})
    void whereNobodyListensNothingHappens(String socket) {
        assertThatCode(() -> new Notify(socket).ready()).doesNotThrowAnyException();
    }

    @Test
    void aNameThatDoesNotFitIsNotSentTo() {
        assertThatCode(() -> new Notify("/" + "x".repeat(200)).ready()).doesNotThrowAnyException();
    }
}
