package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.IoMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Set-up in the order and form of each kind of VMM, on both kinds of lanes, with both kinds of ring. */
class HandshakeTest {
    @ParameterizedTest
    @CsvSource({
        "QEMU, IO_URING, false",
        "QEMU, EPOLL, false",
        "QEMU, IO_URING, true",
        "QEMU, EPOLL, true",
        "CLOUD_HYPERVISOR, IO_URING, false",
        "CLOUD_HYPERVISOR, EPOLL, false",
        "USER_MODE_LINUX, IO_URING, false",
        "USER_MODE_LINUX, EPOLL, true",
        "OLD, IO_URING, false",
        "OLD, EPOLL, true"
    })
    void everyMannerIsServed(Manner manner, IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode);
                var driver = VhostUserFrontEnd.started(
                        bench.socket, new Shape(manner, 2, 16, packed ? Bench.PACKED : Bench.SPLIT))) {
            for (int queue = 0; queue < 2; queue++) {
                assertThat(Bench.echo(driver, queue, "hello", 100)).isEqualTo("hello");
                assertThat(Bench.echo(driver, queue, "hello", 2)).isEqualTo("he");
            }
        }
    }
}
