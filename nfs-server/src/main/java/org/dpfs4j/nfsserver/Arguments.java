package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;

/** The arguments of operations, as far as where they end. Its callers look at calls of our own client only. */
final class Arguments {
    private static final int STATEID = 16;
    private static final int SESSION = 16;

    private Arguments() {}

    /** Moves {@code in} from behind an operation's number to behind its arguments. */
    static void skip(int operation, ByteBuf in) {
        switch (operation) {
            case Nfs.GETFH, Nfs.LOOKUPP, Nfs.PUTROOTFH, Nfs.READLINK, Nfs.RESTOREFH, Nfs.SAVEFH -> {}
            case Nfs.ACCESS, Nfs.RECLAIM_COMPLETE, Nfs.SECINFO_NO_NAME -> in.skipBytes(4);
            case Nfs.CLOSE -> in.skipBytes(4 + STATEID);
            case Nfs.COMMIT -> in.skipBytes(12);
            case Nfs.DELEGRETURN, Nfs.FREE_STATEID, Nfs.DESTROY_SESSION -> in.skipBytes(STATEID);
            case Nfs.DESTROY_CLIENTID -> in.skipBytes(8);
            case Nfs.BIND_CONN_TO_SESSION -> in.skipBytes(SESSION + 8);
            case Nfs.SEQUENCE -> in.skipBytes(SESSION + 16);
            case Nfs.READ, Nfs.OPEN_DOWNGRADE -> in.skipBytes(STATEID + 12);
            case Nfs.ALLOCATE, Nfs.DEALLOCATE -> in.skipBytes(STATEID + 16);
            case Nfs.SEEK -> in.skipBytes(STATEID + 12);
            case Nfs.CLONE -> in.skipBytes(2 * STATEID + 24);
            case Nfs.LOCKU -> in.skipBytes(8 + STATEID + 16);
            case Nfs.GETATTR -> Xdr.bitmap(in);
            case Nfs.LINK, Nfs.LOOKUP, Nfs.PUTFH, Nfs.REMOVE, Nfs.SECINFO, Nfs.GETXATTR, Nfs.REMOVEXATTR ->
                Xdr.skipOpaque(in);
            case Nfs.RENAME -> skipOpaques(in, 2);
            case Nfs.VERIFY, Nfs.NVERIFY -> attributes(in);
            case Nfs.SETATTR -> attributes(in.skipBytes(STATEID));
            case Nfs.WRITE -> Xdr.skipOpaque(in.skipBytes(STATEID + 12));
            case Nfs.READDIR -> Xdr.bitmap(in.skipBytes(24));
            case Nfs.LISTXATTRS -> in.skipBytes(12);
            case Nfs.SETXATTR -> skipOpaques(in.skipBytes(4), 2);
            case Nfs.LOCKT -> Xdr.skipOpaque(in.skipBytes(28));
            case Nfs.CREATE -> create(in);
            case Nfs.LOCK -> lock(in);
            case Nfs.OPEN -> open(in);
            case Nfs.COPY -> copy(in);
            case Nfs.TEST_STATEID -> in.skipBytes(STATEID * Xdr.length(in, in.readableBytes() / STATEID));
            case Nfs.EXCHANGE_ID -> exchangeId(in);
            case Nfs.CREATE_SESSION -> createSession(in);
            case Nfs.BACKCHANNEL_CTL -> security(in.skipBytes(4));
            default -> throw new IllegalArgumentException("operation " + operation);
        }
    }

    private static void skipOpaques(ByteBuf in, int count) {
        for (int i = 0; i < count; i++) {
            Xdr.skipOpaque(in);
        }
    }

    private static void attributes(ByteBuf in) {
        Xdr.bitmap(in);
        Xdr.skipOpaque(in);
    }

    private static void create(ByteBuf in) {
        int type = in.readInt();
        if (type == Nfs.SYMLINK) {
            Xdr.skipOpaque(in);
        } else if (type == Nfs.BLOCK || type == Nfs.CHARACTER) {
            in.skipBytes(8);
        }
        Xdr.skipOpaque(in);
        attributes(in);
    }

    private static void lock(ByteBuf in) {
        in.skipBytes(24);
        if (in.readInt() != 0) {
            Xdr.skipOpaque(in.skipBytes(4 + STATEID + 4 + 8));
        } else {
            in.skipBytes(STATEID + 4);
        }
    }

    private static void open(ByteBuf in) {
        Xdr.skipOpaque(in.skipBytes(20));
        if (in.readInt() != 0) {
            int mode = in.readInt();
            if (mode >= 2) {
                in.skipBytes(8);
            }
            if (mode != 2) {
                attributes(in);
            }
        }
        switch (in.readInt()) {
            case 0, 3 -> Xdr.skipOpaque(in);
            case 1 -> in.skipBytes(4);
            case 2 -> Xdr.skipOpaque(in.skipBytes(STATEID));
            case 5 -> in.skipBytes(STATEID);
            default -> {}
        }
    }

    private static void copy(ByteBuf in) {
        in.skipBytes(2 * STATEID + 32);
        if (in.readInt() != 0) {
            throw new IllegalArgumentException("a copy between servers");
        }
    }

    private static void exchangeId(ByteBuf in) {
        Xdr.skipOpaque(in.skipBytes(8));
        in.skipBytes(4);
        if (in.readInt() != 0) {
            throw new IllegalArgumentException("state protection");
        }
        for (int implementations = Xdr.length(in, 1); implementations > 0; implementations--) {
            skipOpaques(in, 2);
            in.skipBytes(12);
        }
    }

    private static void createSession(ByteBuf in) {
        in.skipBytes(16);
        for (int channel = 0; channel < 2; channel++) {
            in.skipBytes(24);
            in.skipBytes(4 * Xdr.length(in, 1));
        }
        security(in.skipBytes(4));
    }

    private static void security(ByteBuf in) {
        for (int flavors = Xdr.length(in, 16); flavors > 0; flavors--) {
            if (in.readInt() == Nfs.AUTH_SYS) {
                Xdr.skipOpaque(in.skipBytes(4));
                in.skipBytes(8);
                in.skipBytes(4 * Xdr.length(in, 16));
            }
        }
    }
}
