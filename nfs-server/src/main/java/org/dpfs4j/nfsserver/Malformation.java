package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;

/** Ways in which a reply can be no reply. Each is applied to a reply to a call with its {@link #operation()}. */
public enum Malformation {
    /** The record ends in the middle of the results. */
    TRUNCATED(Nfs.GETATTR),
    /** The attributes say that they are longer than the record. */
    LONG_ATTRIBUTES(Nfs.GETATTR),
    /** The bitmap of attributes has a million words. */
    LONG_BITMAP(Nfs.GETATTR),
    /** Data of 2 GiB and a few bytes. */
    HUGE_DATA(Nfs.READ),
    /** More data than was asked for, all of it there. */
    MORE_DATA(Nfs.READ),
    /** A handle of a megabyte. */
    HUGE_HANDLE(Nfs.LOOKUP),
    /** SEQUENCE answers for another slot. */
    WRONG_SLOT(Nfs.GETATTR),
    /** SEQUENCE answers for another session. */
    WRONG_SESSION(Nfs.GETATTR),
    /** SEQUENCE answers for another sequence id. */
    WRONG_SEQUENCE(Nfs.GETATTR),
    /** An operation that was not asked. */
    WRONG_OPERATION(Nfs.GETATTR),
    /** More results than operations. */
    MORE_RESULTS(Nfs.GETATTR),
    /** No results, status OK. */
    NO_RESULTS(Nfs.GETATTR),
    /** A transaction that nobody began. */
    UNKNOWN_TRANSACTION(Nfs.GETATTR),
    /** A record mark of 2 GiB. */
    HUGE_RECORD(Nfs.GETATTR),
    /** Fragments of one byte that never end. */
    ENDLESS_FRAGMENTS(Nfs.GETATTR),
    /** Fragments of no bytes that never end. */
    EMPTY_FRAGMENTS(Nfs.GETATTR),
    /** Neither call nor reply. */
    NEITHER_CALL_NOR_REPLY(Nfs.GETATTR),
    /** A verifier of RPC longer than RPC allows. */
    LONG_VERIFIER(Nfs.GETATTR),
    /** A directory whose names never end. */
    HUGE_NAME(Nfs.READDIR);

    private static final int ENDLESS = 1 << 20;
    private static final int MILLION = 1_000_000;
    /** Where a reply's COMPOUND begins: behind xid, REPLY, accepted, verifier of no bytes, success. */
    static final int COMPOUND = 24;
    /** Where the results begin: behind status, tag of no bytes, count. */
    static final int RESULTS = COMPOUND + 12;

    /** Where SEQUENCE's session, sequence and slot are: behind operation and status. */
    private static final int SESSION = RESULTS + 8;

    private final int operation;

    Malformation(int operation) {
        this.operation = operation;
    }

    /** The operation whose reply it breaks. */
    public int operation() {
        return operation;
    }

    /**
     * What is sent instead of {@code reply}, with record marks; takes it over.
     *
     * @param at where the operation's own result begins in the reply, at its number
     */
    ByteBuf apply(ByteBuf reply, int at) {
        int value = at + 8;
        return switch (this) {
            case TRUNCATED -> Records.marked(reply.writerIndex(at + 10));
            case LONG_ATTRIBUTES -> {
                int words = reply.getInt(value);
                yield Records.marked(reply.setInt(value + 4 + 4 * words, MILLION));
            }
            case LONG_BITMAP -> Records.marked(reply.setInt(value, MILLION));
            case HUGE_DATA -> Records.marked(reply.setInt(value + 4, Integer.MIN_VALUE + 8));
            case MORE_DATA -> {
                int length = reply.getInt(value + 4);
                reply.writerIndex(value + 8 + length + Xdr.padding(length)).setInt(value + 4, length + MILLION);
                yield Records.marked(reply.writerIndex(value + 8 + length).writeZero(MILLION + Xdr.padding(length)));
            }
            case HUGE_HANDLE -> Records.marked(reply.setInt(value + 8, MILLION));
            case WRONG_SESSION -> Records.marked(reply.setInt(SESSION, ~reply.getInt(SESSION)));
            case WRONG_SEQUENCE -> Records.marked(reply.setInt(SESSION + 16, reply.getInt(SESSION + 16) + 1));
            case WRONG_SLOT -> Records.marked(reply.setInt(SESSION + 20, reply.getInt(SESSION + 20) + 1));
            case WRONG_OPERATION -> Records.marked(reply.setInt(at, Nfs.READLINK));
            case MORE_RESULTS -> {
                reply.setInt(COMPOUND + 8, reply.getInt(COMPOUND + 8) + 1);
                yield Records.marked(
                        reply.writeInt(Nfs.GETATTR).writeInt(Nfs.OK).writeInt(0).writeInt(0));
            }
            case NO_RESULTS -> Records.marked(reply.setInt(COMPOUND + 8, 0).writerIndex(RESULTS));
            case UNKNOWN_TRANSACTION -> Records.marked(reply.setInt(0, ~reply.getInt(0)));
            case HUGE_RECORD -> Records.marked(reply).setInt(0, -1);
            case ENDLESS_FRAGMENTS -> endless(reply, 1);
            case EMPTY_FRAGMENTS -> endless(reply, 0);
            case NEITHER_CALL_NOR_REPLY -> Records.marked(reply.setInt(4, 7));
            case LONG_VERIFIER -> Records.marked(reply.setInt(16, MILLION));
            case HUGE_NAME -> Records.marked(reply.setInt(value + 20, Integer.MAX_VALUE));
        };
    }

    private static ByteBuf endless(ByteBuf reply, int size) {
        var out = reply.alloc().buffer(ENDLESS);
        reply.release();
        while (out.writerIndex() < ENDLESS) {
            out.writeInt(size).writeZero(size);
        }
        return out;
    }
}
