package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.wire.ClientArch;

/** Law 1: nothing is assumed about how a request is cut into descriptors. And no bytes at all stop a queue. */
class RecutTest {
    private static final int ROOM = 5000;
    private static final List<RequestBytes> SAMPLES =
            new ArrayList<>(Samples.all().values());

    private static Lanes lanes;
    private static EchoBackend backend;
    private static FuseDevice device;
    private static RawGuest guest;

    @BeforeContainer
    static void open() {
        lanes = new Lanes(1, IoMode.AUTO);
        backend = new EchoBackend();
        device = new FuseDevice("test", ClientArch.own(), Map.of("/", backend), lanes);
        guest = new RawGuest(lanes.lane(0), device);
        mount();
    }

    private static void mount() {
        assertThat(Heard.of(guest.ask(Samples.init(45))).error()).isZero();
        backend.seen();
    }

    @AfterContainer
    static void close() {
        guest.close();
        device.close();
        lanes.close();
    }

    /** The reply, and what the file system saw of the request. */
    private record Outcome(List<Byte> reply, List<String> seen) {
        static Outcome of(Consumer<LocalExchange> fill) {
            var reply = new ArrayList<Byte>();
            for (var each : guest.ask(fill)) {
                reply.add(each);
            }
            return new Outcome(reply, backend.seen());
        }
    }

    private static Outcome whole(byte[] request) {
        return Outcome.of(exchange -> exchange.fill(request, request.length, ROOM, ROOM));
    }

    /** Every request, cut in two at every byte boundary: exhaustive, so one try. */
    @Property(tries = 1)
    void aRequestInTwoPiecesMeansTheSame() {
        for (var sample : SAMPLES) {
            var request = sample.bytes();
            var expected = whole(request);
            assertThat(expected.seen()).hasSize(1);
            for (int first = 0; first <= request.length; first++) {
                var cut = first;
                assertThat(Outcome.of(exchange -> exchange.fillInTwo(request, cut, ROOM, ROOM)))
                        .as("%s cut at %s", expected.seen(), first)
                        .isEqualTo(expected);
            }
        }
    }

    @Property
    void aRequestAndReplyInManyPiecesMeanTheSame(
            @ForAll @IntRange(max = 1000) int which,
            @ForAll @IntRange(min = 1, max = 64) int requestPiece,
            @ForAll @IntRange(min = 5, max = 300) int replyPiece) {
        var request = SAMPLES.get(which % SAMPLES.size()).bytes();
        var expected = whole(request);
        assertThat(Outcome.of(exchange -> exchange.fill(request, requestPiece, ROOM, replyPiece)))
                .isEqualTo(expected);
    }

    @Property
    void noBytesStopAQueue(@ForAll @IntRange(max = 1000) int which, @ForAll long seed) {
        var random = new Random(seed);
        var request = SAMPLES.get(which % SAMPLES.size()).bytes();
        for (int i = random.nextInt(20); i >= 0; i--) {
            request[random.nextInt(request.length)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
        }
        var piece = 1 + random.nextInt(request.length);
        var room = random.nextInt(ROOM);
        var reply = guest.ask(exchange -> exchange.fill(request, piece, room, Math.max(1, room / 3)));
        if (reply.length > 0) {
            Heard.of(reply);
        }
        backend.seen();
        mount();
        assertThat(whole(SAMPLES.getFirst().bytes()).seen()).hasSize(1);
    }
}
