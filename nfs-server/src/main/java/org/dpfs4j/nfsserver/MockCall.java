package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.dpfs4j.nfsserver.MockStates.Stateid;

/** One COMPOUND while the mock server executes it: where it came from, and what its operations hand to each other. */
final class MockCall {
    final Channel channel;
    final ByteBuf in;
    final ByteBuf out;
    final int uid;
    final int gid;

    /** Bytes of the whole record. */
    final int size;

    MockClient.Session session;
    MockClient.Slot slot;
    boolean cache;
    MockNode current;
    MockNode saved;
    Stateid state = new Stateid(0, 0, 0);
    int index;
    int count;

    /** The operation that is executed. */
    int operation;

    /** The reply of an earlier execution of the same call, which is given instead. */
    byte[] replay;

    MockCall(Channel channel, ByteBuf in, ByteBuf out, int size, int uid, int gid) {
        this.channel = channel;
        this.in = in;
        this.out = out;
        this.size = size;
        this.uid = uid;
        this.gid = gid;
    }

    /** A stateid of the arguments, where the current one may be meant. */
    Stateid readStateid() {
        var given = Stateid.read(in);
        return given.isCurrent() ? state : given;
    }

    /** Writes a stateid into the results, and makes it the current one. */
    void writeStateid(Stateid given) {
        given.write(out);
        state = given;
    }

    /** Writes what changed in a directory ({@code change_info4}). */
    void writeChange(long before, MockNode directory) {
        out.writeInt(1).writeLong(before).writeLong(directory.change);
    }
}
