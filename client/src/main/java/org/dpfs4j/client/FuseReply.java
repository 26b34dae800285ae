package org.dpfs4j.client;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.CreateOut;
import org.dpfs4j.wire.Dirent;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitOut;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.OutHeader;
import org.dpfs4j.wire.WriteOut;

/**
 * A reply as a guest finds it in its memory: checked, and read as what the request asked for. A server is believed as little as a
 * guest is: whatever does not fit what was asked for is an {@link IOException}.
 */
public final class FuseReply {
    private static final int NAME = (int) Dirent.LAYOUT.byteSize();

    private final String request;
    private final MemorySegment memory;
    private final int length;

    /**
     * A reply that is no error.
     *
     * @param request what was asked, for messages
     * @param unique the request's own
     * @param bytes what the device says that it has written
     * @throws FuseException when it is an error
     * @throws IOException when it is not a reply to this request
     */
    public FuseReply(String request, long unique, byte[] bytes) throws IOException {
        this.request = request;
        length = bytes.length;
        // In longs, as the structures are aligned.
        memory = MemorySegment.ofArray(new long[(length + Long.BYTES - 1) / Long.BYTES]);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
        if (length < OutHeader.BYTES) {
            throw wrong("has " + length + " bytes");
        }
        var header = new OutHeader(memory, 0);
        if (header.lengthBytes() != length || header.unique() != unique) {
            throw wrong("says length " + header.lengthBytes() + ", unique " + header.unique() + "; it is " + length
                    + " bytes to " + unique);
        }
        if (header.error() != 0) {
            throw new FuseException(request, Errno.of(header.error()));
        }
    }

    private IOException wrong(String what) {
        return new IOException("the reply to " + request + " " + what);
    }

    private void exactly(int body) throws IOException {
        if (length != OutHeader.BYTES + body) {
            throw wrong("has " + (length - OutHeader.BYTES) + " bytes behind its header instead of " + body);
        }
    }

    /** Nothing but success. */
    public void nothing() throws IOException {
        exactly(0);
    }

    /** Of INIT. */
    public InitOut init() throws IOException {
        exactly(InitOut.BYTES);
        return new InitOut(memory, OutHeader.BYTES);
    }

    /** Of LOOKUP, MKDIR, SYMLINK and their like. */
    public Seen.Entry entry() throws IOException {
        exactly(EntryOut.BYTES);
        return Seen.Entry.of(new EntryOut(memory, OutHeader.BYTES));
    }

    /** Of GETATTR and SETATTR. */
    public Seen.Attributes attributes() throws IOException {
        exactly(AttrOut.BYTES);
        return Seen.Attributes.of(new AttrOut(memory, OutHeader.BYTES).attr());
    }

    /** Of OPEN and OPENDIR of {@code node}. */
    public Seen.Opened opened(long node) throws IOException {
        exactly(OpenOut.BYTES);
        return opened(node, new OpenOut(memory, OutHeader.BYTES));
    }

    private static Seen.Opened opened(long node, OpenOut out) {
        return new Seen.Opened(node, out.handle(), out.flags());
    }

    /** Of CREATE. */
    public Seen.Created created() throws IOException {
        exactly(CreateOut.BYTES);
        var out = new CreateOut(memory, OutHeader.BYTES);
        var entry = Seen.Entry.of(out.entry());
        return new Seen.Created(entry, opened(entry.nodeId(), out.open()));
    }

    /** Of WRITE of {@code size} bytes: how many were taken. */
    public int written(int size) throws IOException {
        exactly(WriteOut.BYTES);
        var taken = new WriteOut(memory, OutHeader.BYTES).sizeBytes();
        if (taken > size) {
            throw wrong("says " + taken + " of " + size + " bytes");
        }
        return (int) taken;
    }

    /** Of READ and READLINK: all there is. */
    public byte[] data() {
        return memory.asSlice(OutHeader.BYTES, length - OutHeader.BYTES).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Of READDIR and READDIRPLUS.
     *
     * @param plus whether each entry brings its node
     */
    public List<Seen.Listed> listed(boolean plus) throws IOException {
        var all = new ArrayList<Seen.Listed>();
        var before = plus ? EntryOut.BYTES : 0;
        for (long at = OutHeader.BYTES; at < length; ) {
            var dirent = at + before;
            var room = length - dirent - NAME;
            var nameLength = room < 1 ? 0 : Dirent.nameLength(memory, dirent);
            if (nameLength < 1 || nameLength > room) {
                throw wrong("has a name of " + nameLength + " bytes where " + room + " have room");
            }
            all.add(new Seen.Listed(
                    new String(Dirent.name(memory, dirent), StandardCharsets.UTF_8),
                    Dirent.ino(memory, dirent),
                    Dirent.nextCookie(memory, dirent),
                    Dirent.type(memory, dirent),
                    plus ? Seen.Entry.of(new EntryOut(memory, at)) : null));
            at = dirent + Dirent.sizeBytes(nameLength);
        }
        return all;
    }
}
