package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
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

/** A chain that cannot be walked comes back with length 0; the queue goes on. */
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

    /** Descriptor {@code index} of the split ring's table. */
    private void describe(SplitDriverRing ring, int index, long address, int length, int flags, int next) {
        DriverRing.descriptor(ring.descriptor(index), address, length, flags, next);
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
    void loopEnds() throws IOException {
        var ring = split(Bench.SPLIT);
        describe(ring, 7, buffer, 8, DriverRing.NEXT, 8);
        describe(ring, 8, buffer, 8, DriverRing.NEXT, 7);
        ring.offer(7);
        assertGivenBack(7);
    }

    @Test
    void successorBeyondTheTableIsRefused() throws IOException {
        var ring = split(Bench.SPLIT);
        describe(ring, 7, buffer, 8, DriverRing.NEXT, 16);
        ring.offer(7);
        assertGivenBack(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 1024, 65535})
    void headBeyondTheTableIsGivenBack(int head) throws IOException {
        split(Bench.SPLIT).offer(head);
        assertGivenBack(head);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                NOWHERE,
                VhostUserFrontEnd.RAM - 4,
                VhostUserFrontEnd.RAM + VhostUserFrontEnd.RAM_BYTES - 4,
                -8,
                Long.MAX_VALUE - 3
            })
    void addressOutOfRangeIsRefused(long address) throws IOException {
        var ring = split(Bench.SPLIT);
        describe(ring, 7, address, 8, 0, 0);
        ring.offer(7);
        assertGivenBack(7);
    }

    @Test
    void lengthIsUnsigned() throws IOException {
        var ring = split(Bench.SPLIT);
        describe(ring, 7, buffer, -1, 0, 0);
        ring.offer(7);
        assertGivenBack(7);
    }

    @Test
    void requestBehindReplyIsRefused() throws IOException {
        var ring = split(Bench.SPLIT);
        ring.add(List.of(new Buffer(buffer, 8, true), new Buffer(buffer + 8, 8, false)), false);
        assertGivenBack(0);
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

    @Test
    void indirectInATableIsRefused() throws IOException {
        var ring = split(Bench.SPLIT);
        var table = driver.ram().allocate(64, 16);
        DriverRing.descriptor(driver.ram().host(table), table, 16, DriverRing.INDIRECT, 0);
        describe(ring, 7, table, 16, DriverRing.INDIRECT, 0);
        ring.offer(7);
        assertGivenBack(7);
    }

    @Test
    void indirectWithSuccessorIsRefused() throws IOException {
        var ring = split(Bench.SPLIT);
        var table = driver.ram().allocate(64, 16);
        DriverRing.descriptor(driver.ram().host(table), buffer, 8, 0, 0);
        describe(ring, 7, table, 16, DriverRing.INDIRECT | DriverRing.NEXT, 8);
        describe(ring, 8, buffer, 8, 0, 0);
        ring.offer(7);
        assertGivenBack(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 31, -16, -1})
    void tableOfAnOddLengthIsRefused(int length) throws IOException {
        var ring = split(Bench.SPLIT);
        var table = driver.ram().allocate(4096, 16);
        for (int i = 0; i < 256; i++) {
            DriverRing.descriptor(driver.ram().host(table + 16L * i), buffer, 8, DriverRing.NEXT, i + 1);
        }
        describe(ring, 7, table, length, DriverRing.INDIRECT, 0);
        ring.offer(7);
        assertGivenBack(7);
    }

    @ParameterizedTest
    @ValueSource(longs = {NOWHERE, VhostUserFrontEnd.RAM + VhostUserFrontEnd.RAM_BYTES - 8, -16})
    void tableOutOfRangeIsRefused(long table) throws IOException {
        var ring = split(Bench.SPLIT);
        describe(ring, 7, table, 16, DriverRing.INDIRECT, 0);
        ring.offer(7);
        assertGivenBack(7);
    }

    @Test
    void loopInATableEnds() throws IOException {
        var ring = split(Bench.SPLIT);
        var table = driver.ram().allocate(64, 16);
        DriverRing.descriptor(driver.ram().host(table), buffer, 8, DriverRing.NEXT, 1);
        DriverRing.descriptor(driver.ram().host(table + 16), buffer, 8, DriverRing.NEXT, 0);
        describe(ring, 7, table, 32, DriverRing.INDIRECT, 0);
        ring.offer(7);
        assertGivenBack(7);
    }

    @Test
    void successorBeyondAnIndirectTableIsRefused() throws IOException {
        var ring = split(Bench.SPLIT);
        var table = driver.ram().allocate(64, 16);
        DriverRing.descriptor(driver.ram().host(table), buffer, 8, DriverRing.NEXT, 2);
        describe(ring, 7, table, 32, DriverRing.INDIRECT, 0);
        ring.offer(7);
        assertGivenBack(7);
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
    void packedIdBeyondTheRingIsGivenBack() throws IOException {
        packed().addRaw(List.of(new Buffer(buffer, 8, false)), 16, 0);
        assertGivenBack(16);
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

    @Test
    void packedChainWithoutEndEnds() throws IOException {
        var chain = new ArrayList<Buffer>();
        for (int i = 0; i < 16; i++) {
            chain.add(new Buffer(buffer, 8, false));
        }
        packed().addRaw(chain, 3, DriverRing.NEXT);
        kick();
        assertThat(driver.await(queue)).isEqualTo(new Used(3, 0));
        assertThat(bench.counters().value(Counter.CHAINS_INVALID)).isEqualTo(1);
        assertThat(Bench.echo(driver, 0, "other", 5)).isEqualTo("other");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 17, -16})
    void packedTableOfAnOddLengthIsRefused(int length) throws IOException {
        var ring = packed();
        var table = driver.ram().allocate(4096, 16);
        ring.addRaw(List.of(new Buffer(table, length, false)), 3, DriverRing.INDIRECT);
        assertGivenBack(3);
    }

    @Test
    void packedIndirectInATableIsRefused() throws IOException {
        var ring = packed();
        var table = driver.ram().allocate(4096, 16);
        DriverRing.descriptor(driver.ram().host(table), buffer, 8, 0, DriverRing.INDIRECT);
        ring.addRaw(List.of(new Buffer(table, 16, false)), 3, DriverRing.INDIRECT);
        assertGivenBack(3);
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
