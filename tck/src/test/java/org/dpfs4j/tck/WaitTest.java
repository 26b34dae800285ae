package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.InterruptIn;
import org.dpfs4j.wire.LkIn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests that wait for others, and what ends them; from two queues of a device on two lanes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaitTest {
    private static final int HALF = 64;

    private final Lanes lanes = new Lanes(2, IoMode.AUTO);
    private EchoBackend backend;
    private FuseDevice device;
    private RawGuest guest;
    private RawGuest other;

    /** A request that waits, as its backend sees it. */
    private record Wait(Deferred answer, StatusReply reply) {
        void end() {
            answer.answer(reply::ok);
        }
    }

    private final ConcurrentLinkedQueue<Wait> waits = new ConcurrentLinkedQueue<>();
    private volatile boolean leaves = true;

    @BeforeEach
    void open() {
        backend = new EchoBackend();
        device = new FuseDevice("test", ClientArch.own(), Map.of("/", backend), lanes);
        guest = new RawGuest(lanes.lane(0), device);
        other = new RawGuest(lanes.lane(1), device);
        assertThat(Heard.of(guest.ask(Samples.init(45))).error()).isZero();
        waits.clear();
        leaves = true;
        backend.behave((operation, in, reply) -> {
            if (!operation.equals("setlkw")) {
                return true;
            }
            var answer = reply.park(() -> leaves);
            if (answer == null) {
                reply.fail(Errno.ENOLCK);
            } else {
                waits.add(new Wait(answer, (StatusReply) reply));
            }
            return false;
        });
    }

    @AfterEach
    void close() {
        assertThat(guest.inFlight() + other.inFlight()).isZero();
        guest.close();
        other.close();
        device.close();
    }

    @AfterAll
    void stop() {
        lanes.close();
    }

    private static byte[] waiting(long unique) {
        return new RequestBytes(Opcode.SETLKW, 1)
                .with(LkIn.LAYOUT)
                .header("unique", unique)
                .bytes();
    }

    private static RequestBytes interrupt(long unique) {
        return new RequestBytes(Opcode.INTERRUPT, 0).with(InterruptIn.LAYOUT).set("unique", unique);
    }

    private static int error(CompletableFuture<byte[]> answer) {
        return Heard.of(RawGuest.await(answer)).error();
    }

    private static int served(RawGuest by) {
        return Heard.of(by.ask(new RequestBytes(Opcode.GETATTR, 1).with(GetattrIn.LAYOUT)))
                .error();
    }

    private Wait wait(int count) {
        await().until(() -> waits.size() == count);
        return waits.peek();
    }

    @Test
    void interruptOfAnyQueueEndsTheRequestThatWaits() {
        var first = guest.start(waiting(10));
        var second = guest.start(waiting(12));
        wait(2);
        assertThat(guest.ask(interrupt(10))).isEmpty();
        assertThat(error(first)).isEqualTo(Errno.EINTR.code());
        assertThat(other.ask(interrupt(12))).isEmpty();
        assertThat(error(second)).isEqualTo(Errno.EINTR.code());
    }

    @Test
    void anInterruptThatOvertookItsRequestEndsItWhenItWaits() {
        assertThat(other.ask(interrupt(10))).isEmpty();
        assertThat(error(guest.start(waiting(10)))).isEqualTo(Errno.EINTR.code());
        var again = guest.start(waiting(10));
        wait(2);
        assertThat(again).isNotDone();
        waits.forEach(Wait::end);
        assertThat(error(again)).isZero();
    }

    @Test
    void anInterruptThatComesTooLateEndsNothingElse() {
        var first = guest.start(waiting(10));
        wait(1).end();
        assertThat(error(first)).isZero();
        var next = guest.start(waiting(12));
        wait(2);
        assertThat(other.ask(interrupt(10))).isEmpty();
        assertThat(served(guest)).isZero();
        assertThat(next).isNotDone();
        waits.forEach(Wait::end);
        assertThat(error(next)).isZero();
    }

    @Test
    void aWaitThatHasJustEndedIsNotInterrupted() {
        leaves = false;
        var request = guest.start(waiting(10));
        var wait = wait(1);
        assertThat(other.ask(interrupt(10))).isEmpty();
        guest.cancelInFlight();
        assertThat(served(guest)).isZero();
        assertThat(request).isNotDone();
        wait.end();
        assertThat(error(request)).isZero();
    }

    @Test
    void theStopOfAQueueEndsItsWaitsAndNoOthers() {
        var mine = guest.start(waiting(10));
        var theirs = other.start(waiting(12));
        wait(2);
        guest.cancelInFlight();
        assertThat(error(mine)).isEqualTo(Errno.EINTR.code());
        assertThat(served(other)).isZero();
        assertThat(theirs).isNotDone();
        waits.forEach(Wait::end);
        assertThat(error(theirs)).isZero();
    }

    @Test
    void aRequestThatBeginsToWaitWhenItsQueueHasStoppedEndsAtOnce() {
        var asked = new CompletableFuture<Reply>();
        backend.behave((operation, in, reply) -> {
            asked.complete(reply);
            return false;
        });
        var request = guest.start(waiting(10));
        var reply = asked.join();
        guest.cancelInFlight();
        lanes.lane(0).execute(() -> reply.park(() -> leaves));
        assertThat(error(request)).isEqualTo(Errno.EINTR.code());
    }

    @Test
    void halfOfAQueueMayWaitAndTheOtherHalfIsServed() {
        var started = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < HALF; i++) {
            started.add(guest.start(waiting(10 + 2L * i)));
        }
        wait(HALF);
        assertThat(error(guest.start(waiting(2)))).isEqualTo(Errno.ENOLCK.code());
        assertThat(served(guest)).isZero();
        started.add(other.start(waiting(4)));
        wait(HALF + 1).end();
        assertThat(error(started.getFirst())).isZero();
        started.add(guest.start(waiting(6)));
        wait(HALF + 2);
        waits.forEach(Wait::end);
        assertThat(started).allSatisfy(one -> assertThat(error(one)).isZero());
    }

    @Test
    void aFloodOfInterruptsFindsNothingAndEndsNothing() {
        var request = guest.start(waiting(7));
        wait(1);
        var flood = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 20_000; i++) {
            flood.add(other.start(interrupt(1000 + i).bytes()));
            if (flood.size() == 100) {
                flood.forEach(RawGuest::await);
                flood.clear();
            }
        }
        assertThat(request).isNotDone();
        assertThat(other.ask(interrupt(7))).isEmpty();
        assertThat(error(request)).isEqualTo(Errno.EINTR.code());
    }

    @Test
    void twoWaitsOfOneNumberEndOneByOne() {
        var both = List.of(guest.start(waiting(10)), other.start(waiting(10)));
        wait(2);
        other.ask(interrupt(10));
        await().until(() -> both.stream().anyMatch(CompletableFuture::isDone));
        assertThat(both.stream().filter(CompletableFuture::isDone)).hasSize(1);
        waits.forEach(Wait::end);
        both.forEach(RawGuest::await);
    }
}
