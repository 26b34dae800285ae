package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.BatchForgetIn;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.InterruptIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SetxattrIn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The pipeline from an exchange to its reply, spoken to in bytes: order of the session, bad requests, and their answers. Longer
 * than other files; why: all of it speaks through the same guest and a handful of helpers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineTest {
    private final Lanes lanes = new Lanes(1, IoMode.AUTO);
    private EchoBackend backend;
    private FuseDevice device;
    private RawGuest guest;

    @BeforeAll
    void checkSamples() {
        assertThat(Samples.all()).hasSizeGreaterThan(40);
    }

    @BeforeEach
    void open() {
        backend = new EchoBackend();
        device = new FuseDevice("test", ClientArch.own(), Map.of("/", backend), lanes);
        guest = new RawGuest(lanes.lane(0), device);
    }

    @AfterEach
    void close() {
        assertThat(guest.inFlight()).isZero();
        guest.close();
        device.close();
        assertThat(backend.sharesClosed()).isEqualTo(backend.sharesOpened());
    }

    @AfterAll
    void stop() {
        lanes.close();
    }

    private void mount() {
        assertThat(heard(Samples.init(45)).error()).isZero();
        backend.seen();
    }

    private Heard heard(RequestBytes request) {
        return Heard.of(guest.ask(request));
    }

    private void fails(RequestBytes request, Errno errno) {
        assertThat(heard(request).error()).isEqualTo(errno.code());
        assertThat(backend.seen()).isEmpty();
    }

    private static RequestBytes getattr() {
        return new RequestBytes(Opcode.GETATTR, 1).with(GetattrIn.LAYOUT);
    }

    // --- session ----------------------------------------------------------------------------------------------------

    @Test
    void nothingIsServedBeforeInit() {
        Samples.all().forEach((name, request) -> {
            var reply = guest.ask(request);
            if (name.equals("forget")) {
                assertThat(reply).isEmpty();
            } else {
                assertThat(Heard.of(reply).error()).as(name).isEqualTo(Errno.EIO.code());
            }
        });
        assertThat(backend.seen()).isEmpty();
        assertThat(backend.sharesOpened()).isZero();
    }

    @Test
    void everyOperationReachesTheFileSystemOnceMounted() {
        mount();
        Samples.all().forEach((name, request) -> {
            var reply = guest.ask(request);
            assertThat(backend.seen()).as(name).hasSize(1);
            if (name.equals("forget")) {
                assertThat(reply).isEmpty();
            } else {
                assertThat(Heard.of(reply).error()).as(name).isZero();
                assertThat(Heard.of(reply).unique()).isEqualTo(0x1122_3344_5566L);
            }
        });
    }

    @Test
    void aSecondInitBeginsANewSession() {
        mount();
        mount();
        assertThat(backend.sharesOpened()).isEqualTo(2);
        assertThat(backend.sharesClosed()).isEqualTo(1);
        assertThat(heard(getattr()).error()).isZero();
    }

    @Test
    void afterDestroyNothingIsServedUntilTheNextInit() {
        mount();
        assertThat(heard(new RequestBytes(Opcode.DESTROY, 0)).error()).isZero();
        assertThat(backend.sharesClosed()).isEqualTo(1);
        fails(getattr(), Errno.EIO);
        mount();
        assertThat(heard(getattr()).error()).isZero();
    }

    @Test
    void aResetEndsTheSession() {
        mount();
        device.reset();
        fails(getattr(), Errno.EIO);
        assertThat(backend.sharesClosed()).isEqualTo(1);
    }

    @Test
    void initAnswersTheSmallerProtocolVersion() {
        assertThat(minorOf(guest.ask(Samples.init(31)))).isEqualTo(31);
        assertThat(minorOf(guest.ask(Samples.init(99)))).isEqualTo(45);
        assertThat(minorOf(guest.ask(Samples.init(38).set("major", 8)))).isEqualTo(45);
        fails(Samples.init(26), Errno.EPROTO);
    }

    private static int minorOf(byte[] reply) {
        assertThat(Heard.of(reply).error()).isZero();
        return ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
    }

    @Test
    void anOldGuestsShortInitIsUnderstood() {
        var init = new RequestBytes(Opcode.INIT, 0)
                .with(MemoryLayout.structLayout(
                        ValueLayout.JAVA_INT.withName("major"),
                        ValueLayout.JAVA_INT.withName("minor"),
                        ValueLayout.JAVA_INT.withName("max_readahead"),
                        ValueLayout.JAVA_INT.withName("flags")))
                .set("major", 7)
                .set("minor", 31);
        assertThat(init.bytes()).hasSize(40 + InitIn.COMPAT_BYTES);
        assertThat(heard(init).error()).isZero();
    }

    // --- what has no answer -----------------------------------------------------------------------------------------

    @Test
    void whatHasNoAnswerGivesTheChainBackEmpty() {
        mount();
        assertThat(guest.ask(new RequestBytes(Opcode.INTERRUPT, 0)
                        .with(InterruptIn.LAYOUT)
                        .set("unique", 2)))
                .isEmpty();
        assertThat(guest.ask(forgets(2, 2))).isEmpty();
        assertThat(backend.seen()).containsExactly("forget 100 1", "forget 101 2");
    }

    private static RequestBytes forgets(long count, int present) {
        var request = new RequestBytes(Opcode.BATCH_FORGET, 0)
                .with(BatchForgetIn.LAYOUT)
                .set("count", count);
        for (int i = 0; i < present; i++) {
            var one = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            request.data(one.putLong(100 + i).putLong(1 + i).array());
        }
        return request;
    }

    @Test
    void aBatchOfForgetsThatLiesAboutItsCountEndsWhereItEnds() {
        mount();
        assertThat(guest.ask(forgets(0xffff_ffffL, 3))).isEmpty();
        assertThat(backend.seen()).hasSize(3);
        assertThat(guest.ask(forgets(1, 3))).isEmpty();
        assertThat(backend.seen()).hasSize(1);
        assertThat(guest.ask(forgets(0, 3))).isEmpty();
        assertThat(guest.ask(forgets(2, 1).data(new byte[15]))).isEmpty();
        assertThat(backend.seen()).hasSize(1);
    }

    @Test
    void aBadRequestWithoutAnswerGetsNoneEither() {
        mount();
        assertThat(guest.ask(new RequestBytes(Opcode.FORGET, 1))).isEmpty();
        assertThat(guest.ask(new RequestBytes(Opcode.BATCH_FORGET, 1))).isEmpty();
        assertThat(guest.ask(new RequestBytes(Opcode.FORGET, 1).header("len", 1 << 30)))
                .isEmpty();
    }

    // --- bad requests -----------------------------------------------------------------------------------------------

    @Test
    void unknownOperationsAreEnosys() {
        mount();
        for (int opcode : new int[] {0, 7, 19, 54, 63, 64, 65, 4096, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            fails(new RequestBytes(opcode, 1).data(new byte[100]), Errno.ENOSYS);
        }
    }

    @Test
    void aLengthThatLiesIsRefused() {
        mount();
        for (long length : new long[] {0, 1, 39, 40, 55, 57, 4096, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL}) {
            fails(getattr().header("len", length), Errno.EINVAL);
        }
    }

    @Test
    void everyRequestCutShortIsAnswered() {
        mount();
        Samples.all().forEach((name, sample) -> {
            var whole = sample.bytes();
            for (int size = 0; size < whole.length; size++) {
                answersCutShort(name, Arrays.copyOf(whole, size));
            }
        });
    }

    /** Once with the length it had, once with the one it has. */
    private void answersCutShort(String name, byte[] part) {
        backend.seen();
        var lying = guest.ask(part, RawGuest.ROOM);
        if (!name.equals("forget") || part.length < 40) {
            assertThat(Heard.of(lying).error())
                    .as("%s of %s bytes", name, part.length)
                    .isEqualTo(Errno.EINVAL.code());
        }
        assertThat(backend.seen()).isEmpty();
        if (part.length >= 40) {
            ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN).putInt(0, part.length);
            var honest = guest.ask(part, RawGuest.ROOM);
            assertThat(name.equals("forget") || Heard.of(honest).unique() == 0x1122_3344_5566L)
                    .isTrue();
        }
    }

    @Test
    void namesThatAreNoEntriesAreRefused() {
        mount();
        for (var bad : List.of("", ".", "..", "a/b", "/", "a/")) {
            fails(new RequestBytes(Opcode.LOOKUP, 1).name(bad), Errno.EINVAL);
            fails(new RequestBytes(Opcode.UNLINK, 1).name(bad), Errno.EINVAL);
            fails(new RequestBytes(Opcode.SYMLINK, 1).name(bad).name("target"), Errno.EINVAL);
        }
        fails(new RequestBytes(Opcode.LOOKUP, 1).data("no end".getBytes(UTF_8)), Errno.EINVAL);
        fails(new RequestBytes(Opcode.SYMLINK, 1).name("one name only"), Errno.EINVAL);
        fails(new RequestBytes(Opcode.SYMLINK, 1).name("link").data(new byte[] {'x'}), Errno.EINVAL);
    }

    @Test
    void aNameHasAtMost255BytesAndATargetAtMost4095() {
        mount();
        assertThat(heard(new RequestBytes(Opcode.LOOKUP, 1).name("n".repeat(255)))
                        .error())
                .isZero();
        assertThat(heard(new RequestBytes(Opcode.SYMLINK, 1).name("l").name("t".repeat(4095)))
                        .error())
                .isZero();
        backend.seen();
        fails(new RequestBytes(Opcode.LOOKUP, 1).name("n".repeat(256)), Errno.ENAMETOOLONG);
        fails(new RequestBytes(Opcode.SYMLINK, 1).name("l").name("t".repeat(4096)), Errno.ENAMETOOLONG);
    }

    @Test
    void aValueOf64KibibytesHasRoomAndMoreHasNot() {
        mount();
        assertThat(heard(setxattr(1 << 16)).error()).isZero();
        assertThat(backend.seen()).hasSize(1);
        fails(setxattr(1 << 17), Errno.E2BIG);
        fails(setxattr(100).set("size", 101), Errno.EINVAL);
        fails(setxattr(100).set("size", -1), Errno.EINVAL);
    }

    private static RequestBytes setxattr(int size) {
        return new RequestBytes(Opcode.SETXATTR, 1)
                .with(SetxattrIn.LAYOUT)
                .set("size", size)
                .name("user.x")
                .data(new byte[size]);
    }

    @Test
    void aReplyNeverLeavesItsRoom() {
        mount();
        Samples.all().forEach((name, request) -> {
            for (int room = 0; room < 400; room++) {
                var reply = guest.ask(request.bytes(), room);
                if (name.equals("forget") || room < 16) {
                    assertThat(reply).as("%s with room for %s", name, room).isEmpty();
                } else {
                    Heard.of(reply);
                }
            }
        });
    }

    @Test
    void sizesThatLieAreBounded() {
        mount();
        var read = Samples.all().get("read").set("size", 0xffff_ffffL);
        assertThat(Heard.of(guest.ask(read.bytes(), 5000)).length()).isEqualTo(5000);
        backend.seen();
        fails(Samples.all().get("write").set("size", 0xffff_ffffL), Errno.EINVAL);
        fails(Samples.all().get("write").set("size", 38), Errno.EINVAL);
        fails(Samples.all().get("ioctl").set("in_size", 0xffff_ffffL), Errno.EINVAL);
        fails(Samples.all().get("getxattr").set("size", 0xffff_ffffL), Errno.EINVAL);
    }

    // --- answers ----------------------------------------------------------------------------------------------------

    @Test
    void whatABackendThrowsIsOneRequestsError() {
        mount();
        backend.behave((operation, in, reply) -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(heard(getattr()).error()).isEqualTo(Errno.EIO.code());
        backend.behave((operation, in, reply) -> true);
        assertThat(heard(getattr()).error()).isZero();
    }

    @Test
    void aSecondAnswerIsRefused() {
        mount();
        var caught = new CompletableFuture<RuntimeException>();
        backend.behave((operation, in, reply) -> {
            reply.fail(Errno.ENOENT);
            try {
                reply.fail(Errno.EPERM);
            } catch (IllegalStateException second) {
                caught.complete(second);
            }
            return false;
        });
        assertThat(heard(getattr()).error()).isEqualTo(Errno.ENOENT.code());
        assertThat(caught).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void anAnswerFromAnotherThreadReachesItsRequest() {
        mount();
        backend.behave((operation, in, reply) -> {
            var later = reply.defer();
            Thread.ofPlatform().start(() -> later.answer(() -> reply.fail(Errno.EBUSY)));
            return false;
        });
        assertThat(heard(getattr()).error()).isEqualTo(Errno.EBUSY.code());
    }

    @Test
    void aDeferredRequestIsInterruptedWhenItsQueueStopsAndTheLateAnswerIsDropped() {
        mount();
        var parked = new ConcurrentLinkedQueue<Runnable>();
        backend.behave((operation, in, reply) -> {
            var later = reply.defer();
            parked.add(() -> later.answer(() -> ((StatusReply) reply).ok()));
            return false;
        });
        var waiting = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 20; i++) {
            waiting.add(guest.start(Samples.all().get("setlkw").bytes()));
        }
        guest.cancelInFlight();
        waiting.forEach(one -> assertThat(Heard.of(RawGuest.await(one)).error()).isEqualTo(Errno.EINTR.code()));
        backend.behave((operation, in, reply) -> true);
        for (var late : parked) {
            late.run();
            assertThat(heard(getattr()).error()).isZero();
        }
    }

    @Test
    void nothingIsWrittenToTheMemoryOfARequestThatNobodyWaitsFor() {
        mount();
        var parked = new CompletableFuture<Runnable>();
        backend.behave((operation, in, reply) -> {
            var later = reply.defer();
            parked.complete(() -> later.answer(() -> reply.fail(Errno.EBUSY)));
            return false;
        });
        var offered = new CompletableFuture<LocalExchange>();
        var answer = guest.start(exchange -> {
            exchange.fill(getattr().bytes(), 100, 200, 200);
            offered.complete(exchange);
        });
        var late = parked.join();
        offered.join().orphan();
        var before = offered.join().answer(200);
        late.run();
        assertThat(RawGuest.await(answer)).isEmpty();
        assertThat(offered.join().answer(200)).isEqualTo(before);
    }

    @Test
    void aLateAnswerNeverReachesTheNextRequestOfItsExchange() {
        mount();
        var tokens = new ConcurrentLinkedQueue<Deferred>();
        backend.behave((operation, in, reply) -> {
            tokens.add(reply.defer());
            reply.fail(Errno.ENOENT);
            return false;
        });
        heard(getattr());
        var answered = new CompletableFuture<Boolean>();
        backend.behave((operation, in, reply) -> {
            tokens.remove().answer(() -> answered.complete(true));
            reply.defer().answer(() -> reply.fail(Errno.EBUSY));
            return false;
        });
        assertThat(heard(getattr()).error()).isEqualTo(Errno.EBUSY.code());
        assertThat(answered).isNotDone();
    }

    @Test
    void moreLargeRequestsThanThereIsMemoryForWaitTheirTurn() {
        mount();
        var parked = new ConcurrentLinkedQueue<Runnable>();
        backend.behave((operation, in, reply) -> {
            var later = reply.defer();
            parked.add(() -> later.answer(() -> ((StatusReply) reply).ok()));
            return false;
        });
        var waiting = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 50; i++) {
            waiting.add(guest.start(setxattr(20_000).header("unique", 2L * i).bytes()));
        }
        while (waiting.stream().anyMatch(one -> !one.isDone())) {
            var next = parked.poll();
            if (next != null) {
                next.run();
            }
            Thread.onSpinWait();
        }
        for (int i = 0; i < 50; i++) {
            assertThat(Heard.of(RawGuest.await(waiting.get(i)))).isEqualTo(new Heard(16, 0, 2L * i));
        }
    }

    @Test
    void aLargeRequestDoesNotOvertakeThoseThatWait() {
        mount();
        var parked = new ConcurrentLinkedQueue<Runnable>();
        var order = new ConcurrentLinkedQueue<Long>();
        backend.behave((operation, in, reply) -> {
            var later = reply.defer();
            order.add(((Request) in).unique());
            parked.add(() -> later.answer(() -> ((StatusReply) reply).ok()));
            return false;
        });
        var waiting = new ArrayList<CompletableFuture<byte[]>>();
        for (long i = 0; i < Limits.LARGE_REQUESTS_PER_QUEUE + 2; i++) {
            waiting.add(guest.start(setxattr(20_000).header("unique", 2 * i).bytes()));
        }
        await().until(() -> parked.size() == Limits.LARGE_REQUESTS_PER_QUEUE);
        // In one turn, memory becomes free and another request arrives, before those that wait are called.
        lanes.lane(0).execute(() -> {
            parked.remove().run();
            waiting.add(guest.start(setxattr(20_000)
                    .header("unique", 2L * (Limits.LARGE_REQUESTS_PER_QUEUE + 2))
                    .bytes()));
        });
        await().until(() -> {
            var next = parked.poll();
            if (next != null) {
                next.run();
            }
            return order.size() == Limits.LARGE_REQUESTS_PER_QUEUE + 3;
        });
        assertThat(new ArrayList<>(order)).isSorted();
        parked.forEach(Runnable::run);
        waiting.forEach(one -> assertThat(Heard.of(RawGuest.await(one)).error()).isZero());
    }

    @Test
    void largeRequestsThatWaitAreInterruptedWhenTheirQueueStops() {
        mount();
        backend.behave((operation, in, reply) -> {
            reply.defer();
            return false;
        });
        var waiting = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 50; i++) {
            waiting.add(guest.start(setxattr(20_000).bytes()));
        }
        guest.cancelInFlight();
        waiting.forEach(one -> assertThat(Heard.of(RawGuest.await(one)).error()).isEqualTo(Errno.EINTR.code()));
        backend.behave((operation, in, reply) -> true);
        assertThat(heard(setxattr(20_000)).error()).isZero();
    }

    @Test
    void nothingOfAnEarlierRequestIsInAReply() {
        mount();
        for (var name : List.of("readdirplus", "getxattr size", "statfs")) {
            var fresh = guest.ask(Samples.all().get(name));
            assertThat(heard(Samples.all().get("create")).error()).isZero();
            assertThat(heard(Samples.all().get("statx")).error()).isZero();
            assertThat(guest.ask(Samples.all().get(name))).as(name).isEqualTo(fresh);
        }
    }

    @Test
    void theDriverIsNotifiedOfEveryAnswer() {
        mount();
        heard(getattr()); // takes INIT's notification with it
        var before = guest.notifications();
        heard(getattr());
        assertThat(guest.notifications()).isEqualTo(before + 1);
        backend.behave((operation, in, reply) -> {
            reply.defer().answer(() -> reply.fail(Errno.EBUSY));
            return false;
        });
        heard(getattr());
        await().untilAsserted(() -> assertThat(guest.notifications()).isEqualTo(before + 2));
    }
}
