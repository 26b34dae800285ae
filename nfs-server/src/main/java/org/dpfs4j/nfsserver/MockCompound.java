package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** RPC calls to the mock server: takes a COMPOUND apart, has its operations done in turn, and puts the reply together. */
final class MockCompound {
    private static final int OPERATIONS_MAX = 1024;
    private static final int TAG_MAX = 1024;
    private static final int CREDENTIAL_MAX = 400;

    /** They begin no session's compound and stand alone. */
    private static final Set<Integer> OUTSIDE = Set.of(
            Nfs.EXCHANGE_ID, Nfs.CREATE_SESSION, Nfs.BIND_CONN_TO_SESSION, Nfs.DESTROY_SESSION, Nfs.DESTROY_CLIENTID);

    /** Their replies are too large to be kept, and they can be done again. */
    private static final Set<Integer> REPEATABLE = Set.of(Nfs.READ, Nfs.READDIR, Nfs.READLINK);

    private static final Set<Integer> NO_HANDLE = Set.of(
            Nfs.PUTFH,
            Nfs.PUTROOTFH,
            Nfs.RESTOREFH,
            Nfs.RECLAIM_COMPLETE,
            Nfs.TEST_STATEID,
            Nfs.FREE_STATEID,
            Nfs.SEQUENCE);

    private static final Set<Integer> NOT_IN_GRACE = Set.of(Nfs.REMOVE, Nfs.RENAME);
    private static final Set<Integer> OF_MINOR_TWO = Set.of(
            Nfs.ALLOCATE,
            Nfs.DEALLOCATE,
            Nfs.SEEK,
            Nfs.COPY,
            Nfs.CLONE,
            Nfs.GETXATTR,
            Nfs.SETXATTR,
            Nfs.LISTXATTRS,
            Nfs.REMOVEXATTR);

    private final MockRules rules;
    private final MockSessions sessions;
    private final MockFiles files;
    private final MockOpens opens;
    private final List<String> complaints;

    MockCompound(MockRules rules, MockSessions sessions, MockFiles files, MockOpens opens, List<String> complaints) {
        this.rules = rules;
        this.sessions = sessions;
        this.files = files;
        this.opens = opens;
        this.complaints = complaints;
    }

    /** Executes a call and gives its reply, with record marks, to {@code sink}; it may be more than one or none. */
    void answer(Channel channel, ByteBuf in, Consumer<ByteBuf> sink) {
        int size = in.readableBytes();
        int xid = in.readInt();
        in.skipBytes(8);
        int program = in.readInt();
        int version = in.readInt();
        int procedure = in.readInt();
        int flavor = in.readInt();
        int credential = in.readerIndex();
        Xdr.skipOpaque(in);
        in.skipBytes(4);
        Xdr.skipOpaque(in);
        var out = channel.alloc().buffer();
        out.writeInt(xid).writeInt(Nfs.REPLY);
        if (rules.denials > 0) {
            rules.denials--;
            sink.accept(Records.marked(out.writeInt(1).writeInt(1).writeInt(rules.denied)));
            return;
        }
        out.writeInt(0).writeLong(0).writeInt(0);
        if (program != Nfs.PROGRAM || version != Nfs.VERSION || procedure > 1) {
            complaints.add("program " + program + ", version " + version + ", procedure " + procedure);
            sink.accept(Records.marked(out.setInt(20, 3)));
            return;
        }
        if (procedure == 0) {
            sink.accept(Records.marked(out));
            return;
        }
        var call = new MockCall(channel, in, out, size, id(in, flavor, credential, 0), id(in, flavor, credential, 4));
        try {
            execute(call, sink);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            complaints.add("operation " + call.operation + " cannot be read: " + e);
            sink.accept(Records.marked(out.writerIndex(24).setInt(20, 4)));
        }
    }

    /** The user ({@code at} 0) or group (4) of AUTH_SYS, nobody without it. */
    private static int id(ByteBuf in, int flavor, int credential, int at) {
        if (flavor != Nfs.AUTH_SYS) {
            return 65534;
        }
        int length = in.getInt(credential);
        int machine = in.getInt(credential + 8);
        if (length > CREDENTIAL_MAX || machine > CREDENTIAL_MAX) {
            throw new IllegalArgumentException("a credential of " + length + " bytes");
        }
        return in.getInt(credential + 12 + machine + Xdr.padding(machine) + at);
    }

    private void execute(MockCall call, Consumer<ByteBuf> sink) {
        var in = call.in;
        var out = call.out;
        byte[] tag = Xdr.opaque(in, TAG_MAX);
        int minor = in.readInt();
        call.count = Xdr.length(in, OPERATIONS_MAX);
        int start = out.writerIndex();
        out.writeInt(0);
        Xdr.writeOpaque(out, tag);
        int countAt = out.writerIndex();
        out.writeInt(0);
        int status = minor < 1 || minor > rules.minor ? Nfs.ERR_MINOR_VERS_MISMATCH : Nfs.OK;
        Malformation malformation = null;
        int brokenAt = 0;
        for (; status == Nfs.OK && call.index < call.count; call.index++) {
            call.operation = in.readInt();
            int at = out.writerIndex();
            status = one(call, minor);
            if (call.replay != null) {
                sink.accept(Records.marked(out.writerIndex(start).writeBytes(call.replay)));
                return;
            }
            out.setInt(countAt, call.index + 1);
            if (status == Nfs.OK && malformation == null) {
                malformation = rules.malformation(call.operation);
                brokenAt = at;
            }
        }
        out.setInt(start, status);
        if (call.slot != null && call.cache) {
            call.slot.reply = ByteBufUtil.getBytes(out, start, out.writerIndex() - start);
        }
        sink.accept(malformation == null ? Records.marked(out) : malformation.apply(out, brokenAt));
    }

    private int one(MockCall call, int minor) {
        var out = call.out;
        int operation = call.operation;
        out.writeInt(operation);
        int at = out.writerIndex();
        out.writeInt(0);
        int status = rules.forced(operation);
        if (status == Nfs.OK) {
            status = permitted(call, minor);
        }
        if (status == Nfs.OK) {
            status = execute(call);
            if (status == Nfs.OK && call.replay == null) {
                rules.count(operation, call.channel);
            }
        }
        out.setInt(at, status);
        boolean denied = status == Nfs.ERR_DENIED && (operation == Nfs.LOCK || operation == Nfs.LOCKT);
        if (status != Nfs.OK && !denied) {
            out.writerIndex(at + 4);
            if (operation == Nfs.SETATTR) {
                out.writeInt(0);
            }
        }
        return status;
    }

    /** Status of doing an operation at this place of this compound. */
    private int permitted(MockCall call, int minor) {
        int operation = call.operation;
        if (call.index == 0) {
            if (OUTSIDE.contains(operation)) {
                return call.count == 1 ? Nfs.OK : complain(call, "is not alone", Nfs.ERR_NOT_ONLY_OP);
            }
            return operation == Nfs.SEQUENCE
                    ? Nfs.OK
                    : complain(call, "comes without SEQUENCE", Nfs.ERR_OP_NOT_IN_SESSION);
        }
        if (operation == Nfs.SEQUENCE) {
            return complain(call, "is not the first", Nfs.ERR_SEQUENCE_POS);
        }
        if (call.slot == null && call.session != null) {
            return Nfs.ERR_RETRY_UNCACHED_REP;
        }
        if (minor < 2 && OF_MINOR_TWO.contains(operation)) {
            return Nfs.ERR_OP_ILLEGAL;
        }
        if (call.cache && REPEATABLE.contains(operation)) {
            return complain(call, "is to be kept for a replay", Nfs.ERR_REP_TOO_BIG_TO_CACHE);
        }
        if (call.current == null && !NO_HANDLE.contains(operation) && !OUTSIDE.contains(operation)) {
            return complain(call, "has no file", Nfs.ERR_NOFILEHANDLE);
        }
        return opens.grace && NOT_IN_GRACE.contains(operation) ? Nfs.ERR_GRACE : Nfs.OK;
    }

    private int complain(MockCall call, String what, int status) {
        complaints.add("operation " + call.operation + " " + what);
        return status;
    }

    private int execute(MockCall call) {
        return switch (call.operation) {
            case Nfs.EXCHANGE_ID -> sessions.exchangeId(call);
            case Nfs.CREATE_SESSION -> sessions.createSession(call);
            case Nfs.BIND_CONN_TO_SESSION -> sessions.bind(call);
            case Nfs.DESTROY_SESSION -> sessions.destroySession(call);
            case Nfs.DESTROY_CLIENTID -> sessions.destroyClient(call);
            case Nfs.SEQUENCE -> sessions.sequence(call);
            case Nfs.RECLAIM_COMPLETE -> reclaimed(call);
            case Nfs.PUTFH -> files.putHandle(call);
            case Nfs.PUTROOTFH -> files.putRoot(call);
            case Nfs.SAVEFH -> files.save(call);
            case Nfs.RESTOREFH -> files.restore(call);
            case Nfs.GETFH -> files.handle(call);
            case Nfs.LOOKUP -> files.lookup(call);
            case Nfs.LOOKUPP -> files.parent(call);
            case Nfs.ACCESS -> files.access(call);
            case Nfs.GETATTR -> files.getAttributes(call);
            case Nfs.SETATTR -> files.setAttributes(call);
            case Nfs.READ -> files.read(call);
            case Nfs.WRITE -> files.write(call);
            case Nfs.COMMIT -> files.commit(call);
            case Nfs.ALLOCATE -> files.space(call, true);
            case Nfs.DEALLOCATE -> files.space(call, false);
            case Nfs.SEEK -> files.seek(call);
            case Nfs.READLINK -> files.readLink(call);
            case Nfs.READDIR -> files.readDirectory(call);
            case Nfs.CREATE -> files.create(call);
            case Nfs.REMOVE -> files.remove(call);
            case Nfs.RENAME -> files.rename(call);
            case Nfs.LINK -> files.link(call);
            case Nfs.GETXATTR, Nfs.SETXATTR, Nfs.LISTXATTRS, Nfs.REMOVEXATTR -> files.xattr(call);
            case Nfs.OPEN -> opens.open(call);
            case Nfs.OPEN_DOWNGRADE -> opens.downgrade(call);
            case Nfs.CLOSE -> opens.close(call);
            case Nfs.LOCK -> opens.lock(call);
            case Nfs.LOCKT -> opens.test(call);
            case Nfs.LOCKU -> opens.unlock(call);
            case Nfs.DELEGRETURN -> opens.giveBack(call);
            case Nfs.TEST_STATEID -> opens.testStateids(call);
            case Nfs.FREE_STATEID -> opens.free(call);
            case Nfs.SECINFO_NO_NAME -> security(call);
            default -> Nfs.ERR_NOTSUPP;
        };
    }

    private int reclaimed(MockCall call) {
        int status = sessions.reclaimComplete(call);
        if (sessions.allReclaimed()) {
            opens.grace = false;
        }
        return status;
    }

    private static int security(MockCall call) {
        call.in.skipBytes(4);
        call.out.writeInt(1).writeInt(Nfs.AUTH_SYS);
        call.current = null;
        return Nfs.OK;
    }
}
