package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.ProviderCount;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two devices on two lanes, requests in random pieces with random delays, answers from the lane at once, later, and from another thread,
 * and hosts that reset at any time: the provider finds nothing to complain of, every byte is where it belongs, every request comes
 * back once.
 */
@Timeout(3600)
class ChaosTest {
    private static final int REQUESTS = Boolean.getBoolean("dpfs4j.all") ? 10_000_000 : 30_000;
    private static final int DEVICES = 2;
    private static final int AT_ONCE = 256;
    private static final int LARGEST = 20_000;
    private static final int RESET_EVERY = 3000;
    private static final long SEED = 20_261_121;

    private final LinkedBlockingQueue<Runnable> later = new LinkedBlockingQueue<>();
    private final AtomicLong wrong = new AtomicLong();
    private final Random random = new Random(SEED);
    private final byte[] data = new byte[LARGEST + 256];
    private final List<List<Sent>> underWay = new ArrayList<>();
    private final long[] outcomes = new long[3];

    private record Sent(long cookie, int kind, long offset, int size) {}

    /** A file whose byte at an offset is known, written and read; what is answered late is a matter of the node's id. */
    private final class Pattern implements FileSystem {
        private final Lane lane;

        Pattern(Lane lane) {
            this.lane = lane;
        }

        @Override
        public void write(WriteIn in, WriteReply reply) {
            if (!each(reply.source(), in.offset(), in.sizeBytes(), false)) {
                wrong.incrementAndGet();
            }
            reply.ok(in.sizeBytes());
        }

        @Override
        public void read(ReadIn in, DataReply reply) {
            each(reply.target(), in.offset(), in.sizeBytes(), true);
            reply.ok(in.sizeBytes());
        }

        @Override
        public void lookup(NameIn in, EntryReply reply) {
            reply.fail(Errno.ENOENT);
        }

        @Override
        public void getattr(GetattrIn in, AttrReply reply) {
            var token = reply.defer();
            if (in.nodeId() % 2 == 0) {
                lane.execute(() -> token.answer(() -> reply.fail(Errno.ENOSYS)));
            } else {
                later.add(() -> token.answer(() -> reply.fail(Errno.ENOSYS)));
            }
        }

        private static boolean each(Iovecs list, long offset, long size, boolean fill) {
            var at = offset;
            for (int i = 0; i < list.count(); i++) {
                for (long k = 0; k < list.length(i) && at < offset + size; k++, at++) {
                    var place = list.address(i) + k;
                    if (fill) {
                        Memory.ALL.set(JAVA_BYTE, place, (byte) (at * 31));
                    } else if (Memory.ALL.get(JAVA_BYTE, place) != (byte) (at * 31)) {
                        return false;
                    }
                }
            }
            return at == offset + size;
        }
    }

    @Test
    void noHostIsToldWhatIsNotTrueAndNothingIsTouchedTwice() throws IOException {
        var helper = Thread.ofPlatform().daemon().start(this::answerLater);
        var began = System.nanoTime();
        try (var served = new Served(
                new FixedBackend(Pattern::new),
                DEVICES,
                ClientArch.own(),
                Idle.ADAPTIVE,
                "x-seed=" + SEED,
                "x-may-block=1")) {
            for (int device = 0; device < DEVICES; device++) {
                underWay.add(new ArrayList<>());
                served.mount(device);
            }
            served.host.delay(3);
            for (int sent = 0; sent < REQUESTS; sent++) {
                var device = random.nextInt(DEVICES);
                send(served, device);
                if (underWay.get(device).size() >= AT_ONCE) {
                    while (underWay.get(device).size() > AT_ONCE / 2) {
                        collect(served, device);
                    }
                }
                if (random.nextInt(RESET_EVERY) == 0) {
                    reset(served, device);
                }
            }
            for (int device = 0; device < DEVICES; device++) {
                while (!underWay.get(device).isEmpty()) {
                    collect(served, device);
                }
            }
            assertThat(wrong).hasValue(0);
            assertThat(outcomes[0]).as("answered").isPositive();
            var stale = 0L;
            for (int group = 0; group < DEVICES; group++) {
                stale += served.devices.getFirst().provider().count(group, ProviderCount.STALE);
            }
            System.out.printf(
                    Locale.ROOT,
                    ">> provider chaos: %d requests, %d answered, %d lost to %d resets, %d of them answered too late, %d s%n",
                    REQUESTS,
                    outcomes[0],
                    outcomes[1],
                    outcomes[2],
                    stale,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
        } finally {
            helper.interrupt();
        }
    }

    private void answerLater() {
        var batch = new ArrayDeque<Runnable>();
        try {
            while (true) {
                batch.add(later.take());
                later.drainTo(batch);
                batch.forEach(Runnable::run);
                batch.clear();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Served served, int device) {
        var kind = random.nextInt(5);
        var offset = random.nextInt(1 << 20);
        var size = random.nextInt(8) == 0 ? random.nextInt(LARGEST) : random.nextInt(300);
        var file = Seen.Opened.forged(1, 1);
        var bytes = switch (kind) {
            case 0 ->
                FuseRequests.write(file, offset, size, 0)
                        .data(pattern(offset, size))
                        .bytes();
            case 1 -> FuseRequests.read(file, offset, size).bytes();
            case 2 ->
                FuseRequests.named(
                                Opcode.LOOKUP,
                                1,
                                "n".repeat(1 + random.nextInt(255)).getBytes(UTF_8))
                        .bytes();
            case 3 -> FuseRequests.getattr(1 + random.nextInt(2)).bytes();
            default -> FuseRequests.forget(7, 1).bytes();
        };
        var room = kind == 4 ? 0 : 16 + (kind == 1 ? size : 256);
        var queue = kind == 4 ? 0 : 1 + random.nextInt(2);
        var cookie = new long[1];
        Served.until(() -> {
            cookie[0] = served.host.push(device, device, queue, bytes, room, random.nextLong());
            return cookie[0] != -FakeHost.EBUSY;
        });
        assertThat(cookie[0]).isPositive();
        underWay.get(device).add(new Sent(cookie[0], kind, offset, size));
    }

    private byte[] pattern(int offset, int size) {
        for (int i = 0; i < size; i++) {
            data[i] = (byte) ((offset + i) * 31);
        }
        return Arrays.copyOf(data, size);
    }

    /** Takes what has come back of a device, at least one. */
    private void collect(Served served, int device) {
        var waiting = underWay.get(device);
        Served.until(() -> waiting.removeIf(sent -> {
            var length = served.host.pop(sent.cookie);
            if (length == -FakeHost.EAGAIN) {
                return false;
            }
            outcomes[length == -FakeHost.ESTALE ? 1 : 0]++;
            if (length != -FakeHost.ESTALE) {
                check(served, sent, length);
            }
            return true;
        }));
    }

    private void check(Served served, Sent sent, int length) {
        var expected = switch (sent.kind) {
            case 0 -> 24;
            case 1 -> 16 + sent.size;
            case 4 -> 0;
            default -> 16;
        };
        assertThat(served.host.status()).isZero();
        // A request may have been cancelled by the reset that came next.
        var error = length == 0 ? 0 : served.host.error();
        var right = sent.kind == 2 ? Errno.ENOENT : sent.kind == 3 ? Errno.ENOSYS : null;
        if (error == (right == null ? 0 : right.code())) {
            assertThat(length).as("bytes of an answer to kind %d", sent.kind).isEqualTo(expected);
            if (sent.kind == 1) {
                var answer = served.host.popped(length);
                for (int i = 0; i < sent.size; i++) {
                    if (answer[16 + i] != (byte) ((sent.offset + i) * 31)) {
                        throw new AssertionError("byte " + i + " of a READ");
                    }
                }
            }
        } else {
            assertThat(Errno.of(error)).isIn(Errno.EINTR, Errno.EIO);
        }
    }

    private void reset(Served served, int device) {
        outcomes[2]++;
        var type = random.nextInt(3);
        assertThat(served.host.inject(
                        type == 0 ? FakeHost.RESET_BEGIN : type == 1 ? FakeHost.FLR_BEGIN : FakeHost.DEV_DOWN, device))
                .isZero();
        served.mount(device);
    }
}
