package org.dpfs4j.tck;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.BatchForgetIn;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.ForgetIn;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.SetxattrIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every chain comes back once, whatever fails behind it, and no request has the lane for itself. */
@Timeout(60)
class FaultTest {
    private static final int OPCODE_AT = 4;

    private final Lanes lanes = new Lanes(1, IoMode.AUTO);
    private final Backend noBackend = new FixedBackend(lane -> new FileSystem() {});
    private FuseDevice device;
    private RawGuest guest;

    @AfterEach
    void close() {
        assertThat(guest.inFlight()).isZero();
        guest.close();
        device.close();
        lanes.close();
    }

    private void open(Backend backend) {
        device = new FuseDevice("test", ClientArch.own(), Map.of("/", backend), lanes);
        guest = new RawGuest(lanes.lane(0), device);
    }

    private void mount(FileSystem fileSystem) {
        open(new FixedBackend(lane -> fileSystem));
        assertThat(error(Samples.init(45))).isZero();
    }

    private int error(RequestBytes request) {
        return Heard.of(guest.ask(request)).error();
    }

    private static RequestBytes getattr() {
        return new RequestBytes(Opcode.GETATTR, 1).with(GetattrIn.LAYOUT);
    }

    private static RequestBytes forget() {
        return new RequestBytes(Opcode.FORGET, 5).with(ForgetIn.LAYOUT).set("nlookup", 1);
    }

    private static RequestBytes forgets(int count) {
        var list = ByteBuffer.allocate(16 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            list.putLong(100 + i).putLong(1);
        }
        return new RequestBytes(Opcode.BATCH_FORGET, 0)
                .with(BatchForgetIn.LAYOUT)
                .set("count", count)
                .data(list.array());
    }

    @Test
    void aFileSystemThatCannotBeAttachedFailsEachRequest() {
        open(new FixedBackend(lane -> {
            throw new IllegalStateException("wanted by a test");
        }));
        assertThat(error(Samples.init(45))).isZero();
        assertThat(error(getattr())).isEqualTo(Errno.EIO.code());
        assertThat(guest.ask(forget())).isEmpty();
        assertThat(guest.ask(forgets(2))).isEmpty();
        assertThat(error(new RequestBytes(Opcode.DESTROY, 0))).isZero();
    }

    @Test
    void aBackendThatThrowsAtInitAnswersIt() {
        open(new Failing(true));
        assertThat(error(Samples.init(45))).isEqualTo(Errno.EIO.code());
        assertThat(error(getattr())).isEqualTo(Errno.EIO.code());
    }

    @Test
    void aShareThatThrowsAtItsEndStillEnds() {
        open(new Failing(false));
        assertThat(error(Samples.init(45))).isZero();
        assertThat(error(Samples.init(45))).isZero();
        assertThat(error(new RequestBytes(Opcode.DESTROY, 0))).isZero();
        assertThat(error(getattr())).isEqualTo(Errno.EIO.code());
    }

    /** Fails when a share is opened, or when it is closed. */
    private final class Failing implements Backend {
        private final boolean atOpen;

        Failing(boolean atOpen) {
            this.atOpen = atOpen;
        }

        @Override
        public CompletionStage<Void> start(Lanes on) {
            return noBackend.start(on);
        }

        @Override
        public CompletionStage<Share> open(Tenant tenant) {
            if (atOpen) {
                throw new IllegalStateException("wanted by a test");
            }
            return CompletableFuture.completedFuture(new Share() {
                @Override
                public long features() {
                    return tenant.offeredFlags();
                }

                @Override
                public FileSystem attach(Lane lane, long negotiatedFlags) {
                    return new FileSystem() {};
                }

                @Override
                public void close() {
                    throw new IllegalStateException("wanted by a test");
                }
            });
        }

        @Override
        public void close() {}
    }

    @Test
    void aFaultInMemoryIsReportedWhereverItSurfaces() {
        mount(new FileSystem() {
            @Override
            public void forget(long nodeId, long lookups) {
                throw new InternalError("forget");
            }

            @Override
            public void getattr(GetattrIn in, AttrReply reply) {
                reply.defer().answer(() -> {
                    throw new InternalError("deferred");
                });
            }
        });
        assertThat(guest.ask(forgets(1))).isEmpty();
        assertThat(guest.fault()).hasMessage("forget");
        assertThat(error(getattr())).isEqualTo(Errno.EIO.code());
        assertThat(guest.fault()).hasMessage("deferred");
    }

    @Test
    void aLongListOfForgetsLeavesTheLaneToOthers() throws InterruptedException {
        var forgotten = new AtomicInteger();
        mount(new FileSystem() {
            @Override
            public void forget(long nodeId, long lookups) {
                forgotten.incrementAndGet();
            }
        });
        var count = 50_000;
        var begin = new CountDownLatch(1);
        var others = new CompletableFuture<Integer>();
        lanes.lane(0).execute(() -> {
            try {
                begin.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        var list = guest.start(forgets(count).bytes());
        lanes.lane(0).execute(() -> others.complete(forgotten.get()));
        begin.countDown();
        assertThat(RawGuest.await(list)).isEmpty();
        assertThat(forgotten).hasValue(count);
        assertThat(others.join()).isBetween(1, count / 10);
    }

    @Test
    void aLongListOfForgetsEndsWhenItsQueueStops() {
        mount(new FileSystem() {
            @Override
            public void forget(long nodeId, long lookups) {
                if (nodeId == 100) {
                    guest.cancelInFlight();
                }
            }
        });
        guest.ask(forgets(50_000));
        assertThat(guest.inFlight()).isZero();
    }

    @Test
    void largeRequestsThatTurnBadWhileTheyWaitKeepNobodyWaiting() {
        var parked = new ArrayList<Runnable>();
        mount(new FileSystem() {
            @Override
            public void setxattr(SetxattrIn in, StatusReply reply) {
                var later = reply.defer();
                parked.add(() -> later.answer(reply::ok));
            }
        });
        var request = new RequestBytes(Opcode.SETXATTR, 1)
                .with(SetxattrIn.LAYOUT)
                .set("size", 20_000)
                .name("user.x")
                .data(new byte[20_000])
                .bytes();
        var all = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 3 * Limits.LARGE_REQUESTS_PER_QUEUE; i++) {
            var turnsBad = i / Limits.LARGE_REQUESTS_PER_QUEUE == 1;
            all.add(guest.start(exchange -> {
                exchange.fill(request, 1 << 20, RawGuest.ROOM, 1 << 20);
                if (turnsBad) {
                    var header = exchange.request().address(0);
                    lanes.lane(0).execute(() -> Memory.ALL.set(JAVA_INT_UNALIGNED, header + OPCODE_AT, 4095));
                }
            }));
        }
        while (all.stream().anyMatch(one -> !one.isDone())) {
            lanes.lane(0)
                    .eventLoop()
                    .submit(() -> {
                        var now = new ArrayList<>(parked);
                        parked.clear();
                        now.forEach(Runnable::run);
                    })
                    .syncUninterruptibly();
        }
        for (int i = 0; i < all.size(); i++) {
            var expected = i / Limits.LARGE_REQUESTS_PER_QUEUE == 1 ? Errno.ENOSYS.code() : 0;
            assertThat(Heard.of(all.get(i).join()).error()).isEqualTo(expected);
        }
    }
}
