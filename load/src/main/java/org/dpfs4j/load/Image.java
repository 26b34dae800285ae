package org.dpfs4j.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OutHeader;
import org.dpfs4j.wire.Request;

/**
 * A request in guest memory with its table of descriptors, written once and sent again and again: only the fields that differ are
 * written anew. Cut as Linux's {@code virtio_fs_enqueue_req} cuts it.
 *
 * <pre>
 *   table:  in header | in arguments | page … | out header | out arguments | page …
 * </pre>
 */
final class Image {
    private static final long UNIQUE = Request.HEADER.byteOffset(PathElement.groupElement("unique"));
    private static final long OUT_LENGTH = OutHeader.LAYOUT.byteOffset(PathElement.groupElement("len"));
    private static final long OUT_ERROR = OutHeader.LAYOUT.byteOffset(PathElement.groupElement("error"));
    private static final long OUT_UNIQUE = OutHeader.LAYOUT.byteOffset(PathElement.groupElement("unique"));
    private static final int LINE = 64;
    private static final int OUT_HEADER_AT = 48;

    private final String name;
    private final long header;
    private final long arguments;
    private final long outHeader;
    private final long outArguments;
    private final long table;
    private final int descriptors;
    private final int least;
    private final int room;
    private final Errno expected;
    private long unique;

    /**
     * What is to be asked.
     *
     * @param name for messages
     * @param request header and arguments, without data
     * @param outBytes arguments of the answer
     * @param least bytes that an answer has behind its header unless it is an error
     * @param inPages the pages of data that follow the arguments
     * @param outPages where the answer's data go
     * @param dataBytes how many bytes of the pages are used
     * @param expected an error that is no failure; null when there is none
     */
    record Plan(
            String name,
            RequestBytes request,
            int outBytes,
            int least,
            Pages inPages,
            Pages outPages,
            int dataBytes,
            Errno expected) {
        /** A request without data whose answer has exactly {@code outBytes}. */
        static Plan plain(Opcode opcode, RequestBytes request, int outBytes) {
            return plain(opcode.name(), request, outBytes);
        }

        /** The same, by a name for messages. */
        static Plan plain(String name, RequestBytes request, int outBytes) {
            return new Plan(name, request, outBytes, outBytes, Pages.NONE, Pages.NONE, 0, null);
        }

        /** A request with data in pages. */
        static Plan writing(Opcode opcode, RequestBytes request, int outBytes, Pages pages, int dataBytes) {
            return new Plan(opcode.name(), request, outBytes, outBytes, pages, Pages.NONE, dataBytes, null);
        }

        /** A request whose answer has at least {@code least} bytes, in pages. */
        static Plan reading(Opcode opcode, RequestBytes request, int least, Pages pages, int dataBytes) {
            return new Plan(opcode.name(), request, 0, least, Pages.NONE, pages, dataBytes, null);
        }

        /** The same, where {@code errno} is an answer, too. */
        Plan orElse(Errno errno) {
            return new Plan(name, request, outBytes, least, inPages, outPages, dataBytes, errno);
        }
    }

    /** Writes the request into {@code pool}, its table in the form that {@code ring} wants. */
    Image(Pool pool, DriverRing ring, Plan plan) {
        name = plan.name();
        least = plan.least();
        expected = plan.expected();
        var whole = plan.request().bytes();
        var argumentBytes = whole.length - Request.BODY;
        var headers = pool.take(LINE, LINE);
        var all = pool.take(argumentBytes + Long.BYTES + plan.outBytes(), LINE);
        var outAt = all + argumentBytes + Long.BYTES - 1 & -Long.BYTES;
        header = pool.host(headers);
        outHeader = header + OUT_HEADER_AT;
        arguments = pool.host(all);
        outArguments = pool.host(outAt);
        MemorySegment.copy(whole, 0, Memory.ALL, JAVA_BYTE, header, Request.BODY);
        MemorySegment.copy(whole, Request.BODY, Memory.ALL, JAVA_BYTE, arguments, argumentBytes);

        var chain = new ArrayList<Buffer>();
        chain.add(new Buffer(headers, Request.BODY, false));
        add(chain, all, argumentBytes, false);
        addPages(chain, plan.inPages(), plan.dataBytes(), false);
        chain.add(new Buffer(headers + OUT_HEADER_AT, OutHeader.BYTES, true));
        add(chain, outAt, plan.outBytes(), true);
        addPages(chain, plan.outPages(), plan.dataBytes(), true);
        room = OutHeader.BYTES + plan.outBytes() + (plan.outPages().count() == 0 ? 0 : plan.dataBytes());
        descriptors = chain.size();
        table = pool.take(16L * descriptors, LINE);
        for (int i = 0; i < descriptors; i++) {
            ring.describe(pool.host(table), i, descriptors, chain.get(i));
        }
        if (plan.inPages().count() > 0) {
            Memory.ALL.set(JAVA_INT, header, whole.length + plan.dataBytes());
        }
    }

    private static void add(List<Buffer> chain, long at, int length, boolean writable) {
        if (length > 0) {
            chain.add(new Buffer(at, length, writable));
        }
    }

    private static void addPages(List<Buffer> chain, Pages pages, int bytes, boolean writable) {
        var left = bytes;
        for (int i = 0; i < pages.count() && left > 0; i++) {
            var part = Math.min(left, Pool.PAGE);
            chain.add(new Buffer(pages.guest(i), part, writable));
            left -= part;
        }
    }

    /** Makes it available under the name {@code unique}; returns the ring's id of it. */
    int offer(DriverRing ring, long asUnique) {
        unique = asUnique;
        Memory.ALL.set(JAVA_LONG, header + UNIQUE, asUnique);
        Memory.ALL.set(JAVA_LONG, outHeader + OUT_UNIQUE, 0);
        return ring.offer(table, descriptors);
    }

    /** Names the node that it is about. */
    Image node(long nodeId) {
        Memory.ALL.set(JAVA_LONG, header + Request.NODE_ID, nodeId);
        return this;
    }

    /** Writes a field of 64 bits of its arguments. */
    Image put(long offset, long value) {
        Memory.ALL.set(JAVA_LONG, arguments + offset, value);
        return this;
    }

    /** Writes {@code digits} hexadecimal digits of {@code number} into its arguments, as part of a name. */
    Image putHex(long offset, int digits, int number) {
        var rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            var digit = rest & 15;
            Memory.ALL.set(JAVA_BYTE, arguments + offset + i, (byte) (digit < 10 ? '0' + digit : 'a' - 10 + digit));
            rest >>>= 4;
        }
        return this;
    }

    /** A field of 64 bits of its answer. */
    long result(long offset) {
        return Memory.ALL.get(JAVA_LONG, outArguments + offset);
    }

    /** A field of 32 bits of its answer. */
    int resultInt(long offset) {
        return Memory.ALL.get(JAVA_INT, outArguments + offset);
    }

    /** How many bytes the answer has behind its header; only after {@link #check}. */
    int answerBytes() {
        return Memory.ALL.get(JAVA_INT, outHeader + OUT_LENGTH) - OutHeader.BYTES;
    }

    /** Whether the answer was the error that may be. */
    boolean wasRefused() {
        return Memory.ALL.get(JAVA_INT, outHeader + OUT_ERROR) != 0;
    }

    /**
     * Believes nothing of what the device says to have answered.
     *
     * @param usedLength bytes written, by the ring
     * @throws CaseFailure when this is not an answer to this request, or an error
     */
    void check(long usedLength) throws CaseFailure {
        var length = Memory.ALL.get(JAVA_INT, outHeader + OUT_LENGTH);
        var error = Memory.ALL.get(JAVA_INT, outHeader + OUT_ERROR);
        var answered = Memory.ALL.get(JAVA_LONG, outHeader + OUT_UNIQUE);
        if (usedLength != length || length < OutHeader.BYTES || length > room || answered != unique) {
            throw new CaseFailure(
                    name + " was answered with length " + Integer.toUnsignedLong(length) + " in " + usedLength
                            + " bytes to request " + Long.toUnsignedString(answered) + "; it is request " + unique
                            + " and has room for " + room);
        }
        if (error != 0) {
            if (expected == null || error != -expected.code()) {
                throw new CaseFailure(
                        name + " failed: " + (error < 0 ? Errno.of(-error).name() : "error " + error));
            }
        } else if (length < OutHeader.BYTES + least) {
            throw new CaseFailure(
                    name + " was answered with " + (length - OutHeader.BYTES) + " bytes instead of " + least);
        }
    }

    /** Where a field stands in a structure. */
    static long at(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    @Override
    public String toString() {
        return name;
    }
}
