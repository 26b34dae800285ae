package org.dpfs4j.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dpfs4j.io.Syscalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestRamTest {
    private static final long BASE = 0x1000_0000L;
    private static final int REGION = 8192;

    private final Syscalls syscalls = new Syscalls();
    private final GuestRam ram = new GuestRam(syscalls);

    @AfterEach
    void close() {
        ram.close();
        syscalls.close();
    }

    @Test
    void bytesPassFromOneRegionToTheNext() {
        ram.add(BASE, REGION);
        ram.add(BASE + REGION, REGION);
        ram.write(BASE + REGION - 2, new byte[] {1, 2, 3, 4});
        assertThat(ram.read(BASE + REGION - 3, 6)).containsExactly(0, 1, 2, 3, 4, 0);
        assertThat(ram.read(BASE + REGION, 2)).containsExactly(3, 4);
    }

    @Test
    void whatIsNotMemoryIsRefused() {
        ram.add(BASE, REGION);
        assertThatThrownBy(() -> ram.write(BASE + REGION - 2, new byte[3]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ram.read(BASE - 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allocationsAreAlignedApartAndEndWithTheRegion() {
        ram.add(BASE, REGION);
        var first = ram.allocate(3, 1);
        var second = ram.allocate(16, 64);
        assertThat(second % 64).isZero();
        assertThat(second).isGreaterThanOrEqualTo(first + 3);
        assertThatThrownBy(() -> ram.allocate(REGION, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(ram.allocate(16, 1)).as("a refusal takes nothing").isEqualTo(second + 16);
    }
}
