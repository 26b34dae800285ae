package org.dpfs4j.nfs.v4;

import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;

/** The results of a COMPOUND as they are read, one operation after the other. Valid while the reply is handled. */
public final class Results {
    private static final int TAG_BYTES_MAX = 1024;
    private static final int OPS_MAX = 128;
    private static final int VERIFIER_BYTES_MAX = 400;
    private static final int ACCEPTED = 0;
    private static final int SUCCESS = 0;

    private XdrReader in;
    private int status;
    private int left;
    private int lastStatus;

    /** There is no reply. */
    Results none(int why) {
        in = null;
        status = why;
        left = 0;
        return this;
    }

    /** Whether there is no reply. */
    boolean isNone() {
        return in == null;
    }

    /** Reads what is around the results; {@link Status#REFUSED} or {@link Status#UNAVAILABLE} when there are none. */
    Results wrap(XdrReader reply) {
        in = reply;
        left = 0;
        if (in.getInt() != ACCEPTED) {
            status = Status.REFUSED;
            return this;
        }
        in.getInt();
        in.skipOpaque(VERIFIER_BYTES_MAX);
        if (in.getInt() != SUCCESS) {
            status = Status.UNAVAILABLE;
            return this;
        }
        status = in.remaining() == 0 ? Status.OK : in.getInt();
        if (in.remaining() > 0) {
            in.skipOpaque(TAG_BYTES_MAX);
            left = in.getCount(OPS_MAX);
        }
        return this;
    }

    /** Refuses a reply that has another number of results than there were operations; fewer, where one failed. */
    void check(int operations) {
        if (status != Status.REFUSED
                && status != Status.UNAVAILABLE
                && (left > operations || (status == Status.OK && left != operations))) {
            throw new Malformed("a reply has " + left + " results of " + operations + " operations");
        }
    }

    /** The status of the whole: of the operation that was the last one. */
    public int status() {
        return status;
    }

    /** Whether all operations were done. */
    public boolean isOk() {
        return status == Status.OK;
    }

    /** How many results have not been begun. */
    public int left() {
        return left;
    }

    /** Begins the result of the next operation, which must be this one; gives its status. */
    public int op(int number) {
        if (left == 0) {
            throw new Malformed("a reply has no result of operation " + number);
        }
        left--;
        var found = in.getInt();
        if (found != number) {
            throw new Malformed("a reply has operation " + found + " where " + number + " was asked for");
        }
        lastStatus = in.getInt();
        if (left > 0 && lastStatus != Status.OK) {
            throw new Malformed("a reply goes on behind an operation that failed");
        }
        return lastStatus;
    }

    /** As above, for an operation that must have succeeded. */
    public XdrReader ok(int number) {
        if (op(number) != Status.OK) {
            throw new Malformed("operation " + number + " failed in a reply that says it did not");
        }
        return in;
    }

    /** What is read. */
    public XdrReader in() {
        return in;
    }

    /** Leaves out what a directory was before and after. */
    void skipChangeInfo() {
        in.skip(20);
    }

    /** Leaves out a set of attributes. */
    void skipMask() {
        in.skip(Integer.BYTES * in.getCount(8));
    }

    /** PUTFH and its like, which give nothing. */
    public void putfh() {
        ok(Op.PUTFH);
    }

    /** What PUTROOTFH, LOOKUP for each name, GETFH and GETATTR gave. */
    public void exportFound(int names, FileHandle handle, Attributes attributes) {
        ok(Op.PUTROOTFH);
        for (int i = 0; i < names; i++) {
            ok(Op.LOOKUP);
        }
        handle(handle);
        attributes(attributes);
    }

    /** GETFH. */
    public void handle(FileHandle into) {
        ok(Op.GETFH);
        into.read(in);
        if (into.isEmpty()) {
            throw new Malformed("an empty file handle");
        }
    }

    /** GETATTR. */
    public void attributes(Attributes into) {
        ok(Op.GETATTR);
        into.read(in);
    }

    /** LOOKUP. */
    public void lookup() {
        ok(Op.LOOKUP);
    }

    /** SETATTR. */
    public void setattr() {
        ok(Op.SETATTR);
        skipMask();
    }

    /** READLINK: address of the target; {@link XdrReader#lastBytes} says how long it is. */
    public long link(int bytesMax) {
        return ok(Op.READLINK).getOpaque(bytesMax);
    }

    /** ACCESS: what is allowed. */
    public int access() {
        ok(Op.ACCESS);
        in.getInt();
        return in.getInt();
    }

    /** SAVEFH. */
    public void savefh() {
        ok(Op.SAVEFH);
    }

    /** RESTOREFH. */
    public void restorefh() {
        ok(Op.RESTOREFH);
    }

    /** REMOVE. */
    public void remove() {
        ok(Op.REMOVE);
        skipChangeInfo();
    }

    /** RENAME. */
    public void rename() {
        ok(Op.RENAME);
        skipChangeInfo();
        skipChangeInfo();
    }

    /** WRITE: how many bytes were taken; {@code written} hears how durable they are. */
    public int write(Written written) {
        ok(Op.WRITE);
        var bytes = in.getInt();
        written.read(in);
        return bytes;
    }

    /** COMMIT: the server's verifier. */
    public long commit() {
        return ok(Op.COMMIT).getLong();
    }

    /** READ: whether the end of the file was reached; the data follows. */
    public boolean readEnd() {
        return ok(Op.READ).getFlag();
    }

    /** READ: the data, to {@code at} of a list; how many bytes it were. */
    public int readData(Iovecs list, long at, int most) {
        return in.getOpaque(list, at, most);
    }

    /** READDIR: the verifier of the cookies that follow. */
    public long readdir() {
        return ok(Op.READDIR).getLong();
    }

    /** LOCK: the state id of the owner's locks. */
    public StateId lock() {
        return StateId.read(ok(Op.LOCK));
    }

    /** LOCKU: the state id of the owner's locks. */
    public StateId unlock() {
        return StateId.read(ok(Op.LOCKU));
    }

    /** LOCK or LOCKT that was denied: what is in the way follows. */
    public void lockDenied(boolean test) {
        op(test ? Op.LOCKT : Op.LOCK);
    }
}
