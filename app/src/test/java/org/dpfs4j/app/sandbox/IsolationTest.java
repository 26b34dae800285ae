package org.dpfs4j.app.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalInt;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private final ArrayList<Problem> problems = new ArrayList<>();

    private Isolation read(Map<String, Object> keys) {
        return Isolation.read(new Section("[server]", keys, key -> 0, problems));
    }

    @Test
    void whatIsNotSaidIsAutomatic() {
        assertThat(read(Map.of()))
                .isEqualTo(new Isolation(
                        Isolation.Mode.AUTO,
                        Isolation.Seccomp.AUTO,
                        Isolation.Switch.AUTO,
                        new CapabilityChange(0, 0),
                        OptionalInt.empty()));
        assertThat(problems).isEmpty();
    }

    @Test
    void everythingSwitchedOffIsNothing() {
        var off = Map.<String, Object>of("sandbox", "none", "seccomp", "none", "landlock", "off");
        assertThat(read(off).nothing()).isTrue();
        assertThat(read(Map.of("sandbox", "none")).nothing()).isFalse();
    }

    @Test
    void whatMustBeHadIsWhatWasNamed() {
        assertThat(read(Map.of()).asked()).isEmpty();
        assertThat(read(Map.of("sandbox", "none", "seccomp", "none", "landlock", "off", "rlimit-nofile", 0L))
                        .asked())
                .isEmpty();
        assertThat(read(Map.of("sandbox", "chroot", "seccomp", "trap", "modcaps", "-mknod"))
                        .asked())
                .containsExactly("sandbox", "seccomp", "modcaps");
    }

    @Test
    void capabilitiesAreAddedAndRemovedByName() throws Exception {
        var change = read(Map.of("modcaps", "+sys_admin:-MKNOD:+CAP_NET_ADMIN")).capabilities();
        assertThat(CapabilityChange.names(change.added())).isEqualTo("net_admin, sys_admin");
        assertThat(CapabilityChange.names(change.removed())).isEqualTo("mknod");
        assertThat(CapabilityChange.names(change.kept(-1L)))
                .isEqualTo("chown, dac_override, dac_read_search, fowner, fsetid, net_admin, setfcap, setgid, setuid, "
                        + "sys_admin");
    }

    @Test
    void nobodyKeepsWhatHeDoesNotHave() throws Exception {
        assertThat(new CapabilityChange(0, 0).kept(0)).isZero();
        assertThatThrownBy(() -> new CapabilityChange(1L << 21, 0).kept(1))
                .hasMessage("modcaps asks for what this process does not have: sys_admin");
    }

    @Test
    void aNameThatIsNoCapabilityIsAProblem() {
        for (var text : new String[] {"+flying", "mknod", "+mknod:", ":", "*mknod", "+"}) {
            problems.clear();
            read(Map.of("modcaps", text));
            assertThat(problems).as(text).isNotEmpty();
            assertThat(problems.getFirst().message()).startsWith("[server] modcaps must be like");
        }
    }
}
