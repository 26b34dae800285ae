package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.Latency;
import org.dpfs4j.metrics.OpTimes;
import org.dpfs4j.metrics.OpTimes.Total;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a device counts is what its guest has sent. */
class CountingTest {
    private static final int HEADER = 16;
    private static final int SIZE = 100;

    private final Lanes lanes = new Lanes(1, IoMode.AUTO);
    private final BlockingQueue<Runnable> parked = new LinkedBlockingQueue<>();
    private final FuseDevice device =
            new FuseDevice("counted", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new Answers())), lanes);
    private final RawGuest guest = new RawGuest(lanes.lane(0), device);

    /** GETATTR waits until it is let go, LOOKUP finds nothing, data is whatever was asked for. */
    private final class Answers implements FileSystem {
        private final Nothing data = new Nothing();

        @Override
        public void read(ReadIn in, DataReply reply) {
            data.read(in, reply);
        }

        @Override
        public void write(WriteIn in, WriteReply reply) {
            data.write(in, reply);
        }

        @Override
        public void lookup(NameIn in, EntryReply reply) {
            reply.fail(Errno.ENOENT);
        }

        @Override
        public void getattr(GetattrIn in, AttrReply reply) {
            var token = reply.defer();
            parked.add(() -> token.answer(reply::ok));
        }
    }

    @BeforeEach
    void mount() {
        assertThat(Heard.of(guest.ask(Samples.init(45))).error()).isZero();
    }

    @AfterEach
    void end() {
        guest.close();
        device.close();
        lanes.close();
    }

    private OpTimes times() {
        var found = new TreeMap<Integer, OpTimes>();
        device.times(found::put);
        assertThat(found).containsOnlyKeys(1);
        return found.get(1);
    }

    private static long count(OpTimes times, String operation) {
        var row = times.operations().indexOf(operation);
        long count = 0;
        for (int i = 0; i < Latency.BUCKETS; i++) {
            count += times.count(row, i);
        }
        return count;
    }

    /** What was counted when the turn of the last request has ended. */
    private OpTimes settled() {
        lanes.lane(0).eventLoop().submit(() -> {}).syncUninterruptibly();
        return times();
    }

    /** Waits until the driver has been told of every answer, which is when requests end. */
    private static void announced(OpTimes times) {
        await().until(() -> times.total(Total.BEGUN) == times.total(Total.ENDED));
    }

    private static RequestBytes named(Opcode opcode) {
        return new RequestBytes(opcode, 1).name("none");
    }

    @Test
    void operationsErrorsAndBytesAreCounted() {
        var read = new RequestBytes(Opcode.READ, 1).with(ReadIn.LAYOUT).set("size", SIZE);
        for (int i = 0; i < 3; i++) {
            guest.ask(read.bytes(), HEADER + SIZE);
        }
        guest.ask(new RequestBytes(Opcode.WRITE, 1)
                .with(WriteIn.LAYOUT)
                .set("size", 7)
                .data(new byte[7]));
        guest.ask(named(Opcode.LOOKUP));
        guest.ask(named(Opcode.LOOKUP));
        guest.ask(new byte[] {1, 2, 3}, HEADER);
        var times = settled();
        announced(times);
        assertThat(count(times, "init")).isEqualTo(1);
        assertThat(count(times, "read")).isEqualTo(3);
        assertThat(count(times, "write")).isEqualTo(1);
        assertThat(count(times, "lookup")).isEqualTo(2);
        assertThat(count(times, "unknown")).isEqualTo(1);
        assertThat(times.errors(times.operations().indexOf("lookup"))).isEqualTo(2);
        assertThat(times.errors(times.operations().indexOf("read"))).isZero();
        assertThat(times.repliesWith(Errno.ENOENT.code())).isEqualTo(2);
        assertThat(times.repliesWith(Errno.EINVAL.code())).isEqualTo(1);
        assertThat(times.total(Total.BYTES_READ)).isEqualTo(3 * SIZE);
        assertThat(times.total(Total.BYTES_WRITTEN)).isEqualTo(7);
        assertThat(times.total(Total.BEGUN)).isEqualTo(8);
    }

    @Test
    void aRequestThatWaitsIsInFlightAndParkedUntilItIsAnswered() throws InterruptedException {
        var answer = guest.start(
                new RequestBytes(Opcode.GETATTR, 1).with(GetattrIn.LAYOUT).bytes());
        var letGo = parked.take();
        var times = settled();
        assertThat(times.total(Total.BEGUN) - times.total(Total.ENDED)).isEqualTo(1);
        assertThat(times.total(Total.PARKED) - times.total(Total.UNPARKED)).isEqualTo(1);
        assertThat(count(times, "getattr")).isZero();
        letGo.run();
        assertThat(Heard.of(RawGuest.await(answer)).error()).isZero();
        announced(times);
        assertThat(times.total(Total.PARKED)).isEqualTo(times.total(Total.UNPARKED));
        assertThat(count(times, "getattr")).isEqualTo(1);
        assertThat(times.nanos(times.operations().indexOf("getattr"))).isPositive();
    }

    @Test
    void aRequestCancelledWhileItWaitsIsCountedAsInterrupted() throws InterruptedException {
        var answer = guest.start(
                new RequestBytes(Opcode.GETATTR, 1).with(GetattrIn.LAYOUT).bytes());
        parked.take();
        guest.cancelInFlight();
        assertThat(Heard.of(RawGuest.await(answer)).error()).isEqualTo(Errno.EINTR.code());
        var times = settled();
        announced(times);
        assertThat(times.total(Total.PARKED)).isEqualTo(times.total(Total.UNPARKED));
        assertThat(times.repliesWith(Errno.EINTR.code())).isEqualTo(1);
    }

    @Test
    void aLaterQueueOfTheSameIndexGoesOnCounting() {
        guest.ask(named(Opcode.LOOKUP));
        try (var next = new RawGuest(lanes.lane(0), device)) {
            next.ask(named(Opcode.LOOKUP));
        }
        assertThat(count(settled(), "lookup")).isEqualTo(2);
    }
}
