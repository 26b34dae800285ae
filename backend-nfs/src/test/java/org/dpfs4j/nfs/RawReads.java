package org.dpfs4j.nfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.tck.RawGuest;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.ReadIn;

/** READs as bytes, for tests of the whole pipeline. */
final class RawReads {
    /** Of a reply, in front of what was read. */
    static final int HEADER_BYTES = 16;

    private RawReads() {}

    /** Mounts, opens a file of the root, and gives a READ of its first bytes. */
    static byte[] mount(RawGuest guest, String name, int bytes) {
        guest.ask(new RequestBytes(Opcode.INIT, 0)
                .with(InitIn.LAYOUT)
                .set("major", 7)
                .set("minor", 45)
                .set("flags", InitFlags.MAX_PAGES));
        var node = number(guest.ask(new RequestBytes(Opcode.LOOKUP, Protocol.ROOT_ID).name(name)));
        var handle = number(guest.ask(new RequestBytes(Opcode.OPEN, node).with(OpenIn.LAYOUT)));
        return new RequestBytes(Opcode.READ, node)
                .with(ReadIn.LAYOUT)
                .set("fh", handle)
                .set("size", bytes)
                .bytes();
    }

    /** The node of an entry, the handle of an open file. */
    private static long number(byte[] reply) {
        return ByteBuffer.wrap(reply).order(ByteOrder.nativeOrder()).getLong(HEADER_BYTES);
    }
}
