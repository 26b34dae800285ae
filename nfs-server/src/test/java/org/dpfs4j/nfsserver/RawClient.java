package org.dpfs4j.nfsserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** A client of one session that sends a call at a time, in the bytes of the test; blocking. */
final class RawClient implements AutoCloseable {
    /** Where the results begin in a reply: behind RPC's header, status, tag and count. */
    static final int RESULTS = 36;

    private final InetSocketAddress server;
    private Socket socket;
    private DataInputStream in;
    private int xid = 100;
    byte[] session = new byte[16];
    private int sequence;

    RawClient(InetSocketAddress server) throws IOException {
        this.server = server;
        reconnect();
    }

    void reconnect() throws IOException {
        if (socket != null) {
            socket.close();
        }
        socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** EXCHANGE_ID, CREATE_SESSION, RECLAIM_COMPLETE. */
    RawClient open(String owner, int slots) throws IOException {
        var exchange = Unpooled.buffer().writeInt(Nfs.EXCHANGE_ID).writeLong(System.nanoTime());
        Xdr.writeName(exchange, owner);
        var made = reply(call(1, exchange.writeInt(0x10000).writeInt(0).writeInt(0)), 8);
        long client = made.readLong();
        int first = made.readInt();
        var create = Unpooled.buffer()
                .writeInt(Nfs.CREATE_SESSION)
                .writeLong(client)
                .writeInt(first)
                .writeInt(0);
        for (int channel = 0; channel < 2; channel++) {
            create.writeInt(0)
                    .writeInt(1 << 20)
                    .writeInt(1 << 20)
                    .writeInt(1024)
                    .writeInt(16)
                    .writeInt(slots)
                    .writeInt(0);
        }
        create.writeInt(0x40000000).writeInt(1).writeInt(0);
        reply(call(1, create), 8).readBytes(session);
        sequence = 0;
        reply(
                inSession(
                        0,
                        true,
                        1,
                        Unpooled.buffer().writeInt(Nfs.RECLAIM_COMPLETE).writeInt(0)),
                0);
        return this;
    }

    /** A call of {@code count} operations outside sessions; gives its record's bytes. */
    ByteBuf call(int count, ByteBuf operations) {
        var out = Unpooled.buffer();
        out.writeInt(0).writeInt(++xid).writeInt(0).writeInt(2);
        out.writeInt(Nfs.PROGRAM).writeInt(4).writeInt(1);
        out.writeInt(Nfs.AUTH_SYS).writeInt(20).writeLong(0).writeLong(0).writeInt(0);
        out.writeLong(0);
        out.writeInt(0).writeInt(1).writeInt(count).writeBytes(operations);
        return out.setInt(0, Nfs.LAST_FRAGMENT | (out.readableBytes() - 4));
    }

    /** A call of SEQUENCE on slot {@code slot} with its next sequence id and {@code count} operations. */
    ByteBuf inSession(int slot, boolean cache, int count, ByteBuf operations) {
        return inSession(slot, ++sequence, cache, count, operations);
    }

    ByteBuf inSession(int slot, int wanted, boolean cache, int count, ByteBuf operations) {
        var all = Unpooled.buffer().writeInt(Nfs.SEQUENCE).writeBytes(session);
        all.writeInt(wanted).writeInt(slot).writeInt(slot).writeInt(cache ? 1 : 0);
        return call(count + 1, all.writeBytes(operations));
    }

    void send(ByteBuf call) throws IOException {
        call.getBytes(0, socket.getOutputStream(), call.readableBytes());
    }

    /** Reads one record, of any number of fragments. */
    ByteBuf receive() throws IOException {
        var record = Unpooled.buffer();
        int mark;
        do {
            mark = in.readInt();
            record.writeBytes(in, mark & 0x7fffffff);
        } while (mark >= 0);
        return record;
    }

    /** Reads a record mark only. */
    int mark() throws IOException {
        return in.readInt();
    }

    /** Reads one fragment, which may not be its record's last, and gives its length. */
    int fragment() throws IOException {
        int length = in.readInt();
        in.skipNBytes(length);
        return length;
    }

    ByteBuf ask(ByteBuf call) throws IOException {
        send(call);
        return receive();
    }

    /** The whole reply to a call that must succeed, {@code skip} bytes behind the beginning of its results. */
    ByteBuf reply(ByteBuf call, int skip) throws IOException {
        var record = ask(call);
        assertThat(status(record)).isZero();
        return record.readerIndex(RESULTS + skip);
    }

    /** COMPOUND's status in a reply. */
    static int status(ByteBuf record) {
        assertThat(record.getInt(20)).as("accepted").isZero();
        return record.getInt(24);
    }

    /** PUTROOTFH, LOOKUP of every name in {@code path}. */
    static ByteBuf walk(ByteBuf out, String... path) {
        out.writeInt(Nfs.PUTROOTFH);
        for (String name : path) {
            Xdr.writeOpaque(out.writeInt(Nfs.LOOKUP), name.getBytes(StandardCharsets.UTF_8));
        }
        return out;
    }

    static ByteBuf makeDirectory(ByteBuf out, String name) {
        Xdr.writeName(out.writeInt(Nfs.CREATE).writeInt(Nfs.DIRECTORY), name);
        Xdr.writeBitmap(out, new BitSet());
        return out.writeInt(0);
    }

    /** Whether the connection ends now. */
    boolean ends() throws IOException {
        try {
            return in.read() < 0;
        } catch (EOFException | java.net.SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
