package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class HostTest {
    @Test
    void thisMachineIsAccepted() {
        assertThat(Host.current().refusal()).isEmpty();
        assertThat(new Host(26, ByteOrder.LITTLE_ENDIAN, "Linux", "aarch64").refusal())
                .isEmpty();
    }

    @Test
    void anotherMachineIsRefusedInOneSentence() {
        assertThat(new Host(24, ByteOrder.LITTLE_ENDIAN, "Linux", "amd64").refusal())
                .contains("needs Java 25 or newer; this is Java 24.");
        assertThat(new Host(25, ByteOrder.LITTLE_ENDIAN, "Mac OS X", "aarch64").refusal())
                .contains("runs on Linux only; this is Mac OS X.");
        assertThat(new Host(25, ByteOrder.BIG_ENDIAN, "Linux", "s390x").refusal())
                .contains("runs on x86-64 and little-endian aarch64 only; this is s390x.");
        assertThat(new Host(25, ByteOrder.BIG_ENDIAN, "Linux", "aarch64").refusal())
                .contains("runs on x86-64 and little-endian aarch64 only; this is aarch64.");
    }
}
