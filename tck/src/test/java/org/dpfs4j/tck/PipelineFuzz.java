package org.dpfs4j.tck;

import java.util.Arrays;
import java.util.Map;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.wire.ClientArch;

/**
 * Bytes of requests through decoder, session and router to a file system that looks at the names. An input is some requests one after
 * the other, each: bytes of the request (u16), room for the reply (u16), largest piece (u8), the request.
 */
public final class PipelineFuzz {
    private static final int HEAD = 5;
    private static final int REQUESTS_MAX = 16;
    private static final int ROOM_MAX = 9000;
    private static final int PIECES_MAX = 500;

    private static final Lanes LANES = new Lanes(1, IoMode.AUTO);
    private static final Witness WITNESS = new Witness(true);
    private static final FuseDevice DEVICE =
            new FuseDevice("fuzz", ClientArch.own(), Map.of("/", new FixedBackend(lane -> WITNESS)), LANES);
    private static final RawGuest GUEST = new RawGuest(LANES.lane(0), DEVICE);

    private PipelineFuzz() {}

    /** A request as a part of an input. */
    static byte[] part(byte[] request, int room, int piece) {
        var part = new byte[HEAD + request.length];
        part[0] = (byte) request.length;
        part[1] = (byte) (request.length >> 8);
        part[2] = (byte) room;
        part[3] = (byte) (room >> 8);
        part[4] = (byte) piece;
        System.arraycopy(request, 0, part, HEAD, request.length);
        return part;
    }

    /** The target. */
    public static void fuzzerTestOneInput(byte[] input) {
        GUEST.ask(Samples.init(45));
        var at = 0;
        for (int i = 0; i < REQUESTS_MAX && input.length - at > HEAD; i++) {
            var length = Math.min(u16(input, at), input.length - at - HEAD);
            var room = u16(input, at + 2) % ROOM_MAX;
            var piece = Math.max(1 + length / PIECES_MAX, input[at + 4] & 0xff);
            var request = Arrays.copyOfRange(input, at + HEAD, at + HEAD + length);
            var reply = GUEST.ask(exchange -> exchange.fill(request, piece, room, Math.max(1, room / 2)));
            if (reply.length > 0) {
                Heard.of(reply);
            }
            at += HEAD + length;
        }
        if (!WITNESS.wrong().isEmpty()) {
            throw new AssertionError(WITNESS.wrong());
        }
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }
}
