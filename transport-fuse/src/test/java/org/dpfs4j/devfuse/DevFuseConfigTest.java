package org.dpfs4j.devfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.junit.jupiter.api.Test;

class DevFuseConfigTest {
    private static final long NOSUID = 2;
    private static final long NODEV = 4;
    private static final long NOEXEC = 8;

    private static List<String> problems(Map<String, Object> values) {
        var problems = new ArrayList<Problem>();
        var section = new Section("transport", values, key -> 0, problems);
        new DevFuseProvider().configure(section);
        section.reportUnknownKeys();
        return problems.stream().map(Problem::message).toList();
    }

    @Test
    void everyKeyIsRead() {
        assertThat(problems(Map.of(
                        "mount-point", "/mnt",
                        "allow-other", false,
                        "read-only", true,
                        "fs-name", "a, b",
                        "subtype", "x",
                        "queues", 3L,
                        "options", "noexec,suid")))
                .isEmpty();
    }

    @Test
    void theMountPointIsTheAddress() {
        var transport = new DevFuseProvider().transport(DevFuseConfig.at(Path.of("/mnt")));
        assertThat(transport.address()).isEqualTo("/mnt");
        assertThat(transport.mountPoint()).contains(Path.of("/mnt"));
    }

    @Test
    void whatIsWrongNamesItsKey() {
        assertThat(problems(Map.of())).containsExactly("transport.mount-point is missing");
        assertThat(problems(Map.of("mount-point", "mnt")))
                .containsExactly("transport.mount-point must be an absolute path: \"mnt\"");
        assertThat(problems(Map.of("mount-point", "/mnt", "queues", 0L)))
                .containsExactly("transport.queues must be from 1 to 64: 0");
        assertThat(problems(Map.of("mount-point", "/mnt", "subtype", "a,b")))
                .containsExactly("transport: subtype may not contain commas and backslashes: \"a,b\"");
        assertThat(problems(Map.of("mount-point", "/mnt", "fs-name", "a\nb")))
                .containsExactly("transport: fs-name may not contain control characters");
        assertThat(problems(Map.of("mount-point", "/mnt", "options", "fd=3")))
                .singleElement()
                .asString()
                .startsWith("transport.options has an unknown word: \"fd=3\" (known: ");
    }

    @Test
    void setIdProgramsAndDevicesAreForbiddenUnlessAskedFor() {
        assertThat(MountOptions.parse("").flags()).isEqualTo(NOSUID | NODEV);
        assertThat(MountOptions.parse("noexec").flags()).isEqualTo(NOSUID | NODEV | NOEXEC);
        assertThat(MountOptions.parse("suid,dev").flags()).isZero();
    }

    @Test
    void ofTwoOppositesTheLaterWordWins() {
        assertThat(MountOptions.parse("suid,nosuid,noexec,exec").flags()).isEqualTo(NOSUID | NODEV);
        assertThatThrownBy(() -> MountOptions.parse("suid,")).isInstanceOf(IllegalArgumentException.class);
    }
}
