package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a packed ring's driver is notified. */
class PackedRingTest {
    private static final int ENTRIES = 4;
    private static final int FRESH = 0x80008000;
    private static final int AT_DESCRIPTOR = 2 << 16;

    private final long block = Memory.allocate(16 * ENTRIES + 8);
    private final long wish = block + 16 * ENTRIES;
    private PackedRing ring;

    @BeforeEach
    void signalOnce() {
        ring = new PackedRing(new RingLayout(ENTRIES, block, wish, wish + 4), Features.EVENT_IDX, FRESH);
        ring.wantsNotification();
    }

    @AfterEach
    void free() {
        Memory.free(block);
    }

    /** Position on the way from the fresh ring: at least one lap is used since the last notification, which passes it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void eventThatWasPassedIsNotMissedAfterMoreThanALap(int event) {
        var wrap = event / ENTRIES % 2 == 0 ? 0x8000 : 0;
        Memory.ALL.set(JAVA_INT, wish, AT_DESCRIPTOR | wrap | event % ENTRIES);
        ring.push(0, 3, 1);
        ring.push(1, 4, 1);
        assertThat(ring.wantsNotification()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void eventWithinALapIsPassedOnce(int event) {
        Memory.ALL.set(JAVA_INT, wish, AT_DESCRIPTOR | 0x8000 | event);
        ring.push(0, event + 1, 1);
        assertThat(ring.wantsNotification()).isTrue();
        ring.push(1, 1, 1);
        assertThat(ring.wantsNotification()).isFalse();
    }
}
