package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;

/** Calls of the mock server on the backchannel. */
final class MockCallback {
    private static final int CB_COMPOUND = 1;

    private MockCallback() {}

    static ByteBuf encode(int xid, MockClient.Session session, int operation, byte[] arguments) {
        var out = session.back.alloc().buffer();
        out.writeInt(xid).writeInt(Nfs.CALL).writeInt(2);
        out.writeInt(session.callbackProgram).writeInt(1).writeInt(CB_COMPOUND);
        out.writeLong(0).writeLong(0);
        out.writeInt(0).writeInt(1).writeInt(0).writeInt(2);
        out.writeInt(Nfs.CB_SEQUENCE).writeBytes(session.id);
        out.writeInt(++session.callbackSequence)
                .writeInt(0)
                .writeInt(0)
                .writeInt(0)
                .writeInt(0);
        return out.writeInt(operation).writeBytes(arguments);
    }
}
