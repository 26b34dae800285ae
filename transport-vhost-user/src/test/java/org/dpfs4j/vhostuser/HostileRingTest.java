package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.PackedDriverRing;
import org.dpfs4j.client.SplitDriverRing;
import org.dpfs4j.client.Used;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.Counter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a driver can do to a ring, where it takes one that is parked or a queue that stops. The rest is in {@code RingRules}. */
@Timeout(60)
class HostileRingTest {
    private static final long NOWHERE = 0x100L;

    private Bench bench;
    private VhostUserFrontEnd driver;
    private DriverQueue queue;
    private long buffer;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(IoMode.AUTO);
    }

    @AfterEach
    void close() throws IOException {
        driver.close();
        bench.close();
    }

    private SplitDriverRing split(long features) throws IOException {
        start(features);
        return (SplitDriverRing) queue.ring();
    }

    private PackedDriverRing packed() throws IOException {
        start(Bench.PACKED);
        return (PackedDriverRing) queue.ring();
    }

    private void start(long features) throws IOException {
        driver = bench.driver(features);
        queue = driver.queue(1);
        buffer = driver.ram().allocate(4096, 16);
    }

    private void kick() {
        EventFd.signal(driver.syscalls(), queue.kick());
    }

    private void assertGivenBack(int id) {
        kick();
        assertThat(driver.await(queue)).isEqualTo(new Used(id, 0));
        assertThat(bench.counters().value(Counter.CHAINS_INVALID)).isEqualTo(1);
        assertServed();
    }

    private void assertServed() {
        assertThat(bench.endpoint.requests).hasValue(0);
        assertThat(Bench.echo(driver, 1, "alive", 5)).isEqualTo("alive");
    }

    @Test
    void headInFlightIsNotTakenAgain() throws IOException {
        var ring = split(Bench.SPLIT);
        var parked = Bench.offer(driver, 1, "!wait", 5);
        Awaitility.await().until(() -> bench.endpoint.parked() == 1);
        ring.offer(parked.id());
        kick();
        assertThat(driver.await(queue)).isEqualTo(new Used(parked.id(), 0));
        bench.endpoint.release();
        assertThat(driver.await(queue)).isEqualTo(new Used(parked.id(), 5));
        assertThat(bench.counters().value(Counter.CHAINS_INVALID)).isEqualTo(1);
    }

    @Test
    void emptyDescriptorsAreNothing() throws IOException {
        var ring = split(Bench.SPLIT);
        driver.ram().write(buffer, new byte[] {'a', 'b'});
        ring.add(
                List.of(
                        new Buffer(NOWHERE, 0, false),
                        new Buffer(buffer, 2, false),
                        new Buffer(NOWHERE, 0, false),
                        new Buffer(NOWHERE, 0, true),
                        new Buffer(buffer + 8, 8, true),
                        new Buffer(-1, 0, true)),
                false);
        kick();
        assertThat(driver.await(queue).length()).isEqualTo(2);
        assertThat(bench.counters().value(Counter.CHAINS_INVALID)).isZero();
    }

    @Test
    void indirectWhereItWasNotAgreedOnIsRefused() throws IOException {
        split(DriverRing.VERSION_1).add(List.of(new Buffer(buffer, 8, false)), true);
        assertGivenBack(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 100, 32768, 65000})
    void availableIndexBeyondTheRingStopsThisQueueOnly(int jump) throws IOException {
        var ring = split(Bench.SPLIT);
        ring.jump(jump);
        kick();
        Awaitility.await().until(() -> bench.counters().value(Counter.QUEUES_BROKEN) == 1);
        assertThat(Bench.echo(driver, 0, "other", 5)).isEqualTo("other");
        assertThat(ring.take()).isEmpty();
        driver.stop(queue);
        driver.start(queue, jump & 0xffff);
        assertThat(Bench.echo(driver, 1, "again", 5)).isEqualTo("again");
    }

    @Test
    void packedIdInFlightIsNotTakenAgain() throws IOException {
        var ring = packed();
        var parked = Bench.offer(driver, 1, "!wait", 5);
        Awaitility.await().until(() -> bench.endpoint.parked() == 1);
        ring.addRaw(List.of(new Buffer(buffer, 8, false)), parked.id(), 0);
        kick();
        assertThat(driver.await(queue)).isEqualTo(new Used(parked.id(), 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void randomRingsDoNoHarm(boolean packed) throws IOException {
        start(packed ? Bench.PACKED : Bench.SPLIT);
        var random = new Random(99);
        var ring = queue.ring();
        var begin = driver.ram().host(Math.min(ring.descriptors(), Math.min(ring.available(), ring.used())));
        for (int i = 0; i < 3000; i++) {
            Memory.ALL.set(JAVA_BYTE, begin + random.nextInt(16 * 16 + 64 + 160), (byte) random.nextInt());
            if (i % 5 == 0) {
                kick();
            }
            if (i % 300 == 0) {
                driver.stop(queue);
                bench.endpoint.release();
                driver.start(queue, random.nextInt());
            }
        }
        driver.close();
        driver = bench.driver(Bench.SPLIT);
        assertThat(Bench.echo(driver, 1, "alive", 5)).isEqualTo("alive");
        assertThat(Bench.echo(driver, 0, "alive", 5)).isEqualTo("alive");
    }
}
