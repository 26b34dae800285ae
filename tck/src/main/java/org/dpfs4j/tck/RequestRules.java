package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.SetxattrIn;
import org.junit.jupiter.api.Test;

/** Requests that lie, in chains that can be walked: an error where it fits, and everything goes on. */
interface RequestRules extends TransportRules {
    /** Bytes of {@code struct fuse_in_header} and {@code struct fuse_out_header}. */
    int IN_HEADER = 40;

    /** See {@link #IN_HEADER}. */
    int OUT_HEADER = 16;

    private static RequestBytes lookup(byte[] name) {
        return FuseRequests.named(Opcode.LOOKUP, Protocol.ROOT_ID, name);
    }

    private static RequestBytes lookup(String name) {
        return lookup(name.getBytes(UTF_8));
    }

    /** Good requests of several shapes: no body, one name, two names, a value, data. */
    static List<byte[]> samples() {
        return List.of(
                Stand.good().bytes(),
                lookup("o.o@o").bytes(),
                FuseRequests.mkdir(Protocol.ROOT_ID, ".n".getBytes(UTF_8), 0755).bytes(),
                FuseRequests.rename(Protocol.ROOT_ID, "o.o", Protocol.ROOT_ID, ".n")
                        .bytes(),
                FuseRequests.symlink(Protocol.ROOT_ID, "link", "to/where".getBytes(UTF_8))
                        .bytes(),
                FuseRequests.create(Protocol.ROOT_ID, "n".repeat(255), 0644, 2).bytes(),
                new RequestBytes(Opcode.SETXATTR, Protocol.ROOT_ID)
                        .with(SetxattrIn.LAYOUT)
                        .set("size", 3000)
                        .name("user.x")
                        .data(new byte[3000])
                        .bytes(),
                FuseRequests.write(Seen.Opened.forged(5, 6), 0, 100, 0)
                        .data(new byte[100])
                        .bytes());
    }

    @Test
    default void aLengthBeyondTheBuffersIsRefused() {
        for (var length : new long[] {1000, 0x7fff_ffffL, 0xffff_ffffL, 0, 39}) {
            stand().refuses(lookup("name").header("len", length), Errno.EINVAL);
        }
    }

    @Test
    default void anUnknownOperationIsRefused() {
        for (var opcode : new int[] {0, 7, 58, 4095, 4097, 1 << 20, -1}) {
            stand().refuses(new RequestBytes(opcode, Protocol.ROOT_ID), Errno.ENOSYS);
        }
    }

    @Test
    default void aHeaderThatIsCutIsAnswered() {
        var whole = Stand.good().header("unique", 77).bytes();
        for (var length : new int[] {0, 1, 4, 20, IN_HEADER - 1}) {
            if (length >= machine().shortest()) {
                stand().refuses(Parcel.of(Arrays.copyOf(whole, length)), Errno.EINVAL);
            }
        }
        assertThat(Heard.of(machine().ask(1, Parcel.of(Arrays.copyOf(whole, 20))))
                        .unique())
                .isEqualTo(77);
    }

    @Test
    default void namesThatLeadElsewhereReachNobody() {
        stand().refuses(new RequestBytes(Opcode.LOOKUP, Protocol.ROOT_ID).data("no-nul".getBytes(UTF_8)), Errno.EINVAL);
        stand().refuses(new RequestBytes(Opcode.LOOKUP, Protocol.ROOT_ID), Errno.EINVAL);
        for (var name : List.of("", ".", "..", "/", "a/b", "../x", "/etc/passwd")) {
            stand().refuses(lookup(name), Errno.EINVAL);
            stand().refuses(FuseRequests.rename(Protocol.ROOT_ID, "a", Protocol.ROOT_ID, name), Errno.EINVAL);
        }
        for (var length : new int[] {256, 300, 1000, 4096, 9000}) {
            stand().refuses(lookup("n".repeat(length)), Errno.ENAMETOOLONG);
        }
        assertThat(stand().witness.names()).isZero();
    }

    @Test
    default void anAnswerWithoutRoomComesBackEmpty() {
        for (var room : new int[] {0, 1, 8, OUT_HEADER - 1}) {
            assertThat(machine().ask(1, Parcel.of(lookup("name").bytes(), room)))
                    .as("room of %d bytes", room)
                    .isEmpty();
            stand().isServed();
        }
        stand().refuses(Parcel.of(lookup("name").bytes(), OUT_HEADER), Errno.EINVAL);
    }

    @Test
    default void everyCutMeansTheSame() {
        for (var request : samples()) {
            var whole = machine().ask(1, Parcel.of(request));
            assertThat(Heard.of(whole).error()).isZero();
            for (int first = 0; first <= request.length; first += first < 120 || LONG ? 1 : 37) {
                assertThat(machine().ask(1, Parcel.inTwo(request, first)))
                        .as("cut at %d", first)
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    default void noBytesStopAQueue() {
        var random = new Random(20_261_121);
        var rounds = LONG ? 20_000 : 300;
        for (int round = 0; round < rounds; round++) {
            var queue = random.nextInt(machine().queues());
            var sent = new HashMap<Integer, byte[]>();
            for (int i = 1 + random.nextInt(machine().depth()); i > 0; i--) {
                var request = spoilt(random);
                var room = random.nextInt(4) == 0 ? random.nextInt(200) : Parcel.ROOM;
                sent.put(machine().send(queue, Parcel.shredded(request, room, random)), request);
            }
            while (!sent.isEmpty()) {
                var back = machine().await(queue);
                assertThat(sent.remove(back.id())).as("round %d", round).isNotNull();
                if (back.bytes().length > 0) {
                    Heard.of(back.bytes());
                }
            }
        }
        Stand.mount(machine());
        stand().isServed();
    }

    private static byte[] spoilt(Random random) {
        var request = samples().get(random.nextInt(samples().size())).clone();
        for (int i = random.nextInt(8); i > 0; i--) {
            request[random.nextInt(Math.min(request.length, 120))] = (byte) random.nextInt();
        }
        return request;
    }
}
