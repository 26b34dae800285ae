package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.SymlinkIn;
import org.dpfs4j.wire.WriteIn;

/** A file system that holds nothing and believes nobody: it looks at every name twice and remembers what was wrong with it. */
final class Witness implements FileSystem {
    /** How often a name is compared with what it was. */
    private static final int LOOKS = 50;

    /** Whether guests may ask for "." and "..", see {@link org.dpfs4j.wire.InitFlags#EXPORT_SUPPORT}. */
    private final boolean exports;

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong names = new AtomicLong();

    Witness(boolean exports) {
        this.exports = exports;
    }

    /** Names that no file system may be shown, and names that changed while they were looked at. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** How many names were seen. */
    long names() {
        return names.get();
    }

    private void entry(Name name) {
        var bytes = name.bytes();
        names.incrementAndGet();
        if (bytes.length < 1 || bytes.length > Limits.NAME_BYTES || isElsewhere(bytes)) {
            wrong.add("entry name " + Arrays.toString(bytes));
        }
        stays(name, bytes);
    }

    private static boolean isElsewhere(byte[] name) {
        var text = new String(name, ISO_8859_1);
        return text.equals(".") || text.equals("..") || text.indexOf('/') >= 0 || text.indexOf('\0') >= 0;
    }

    /** A view of memory that the guest still writes would differ sooner or later. */
    private void stays(Name name, byte[] bytes) {
        for (int i = 0; i < LOOKS; i++) {
            if (!name.contentEquals(bytes)) {
                wrong.add("name changed from " + Arrays.toString(bytes) + " to " + Arrays.toString(name.bytes()));
                return;
            }
            Thread.onSpinWait();
        }
    }

    private static void answer(EntryReply reply) {
        reply.entry().nodeId(5).attr().ino(5).mode(Mode.REGULAR | 0644);
        reply.ok();
    }

    @Override
    public void lookup(NameIn in, EntryReply reply) {
        if (!exports || !in.name().isDots()) {
            entry(in.name());
        }
        answer(reply);
    }

    @Override
    public void mkdir(MkdirIn in, EntryReply reply) {
        entry(in.name());
        answer(reply);
    }

    @Override
    public void symlink(SymlinkIn in, EntryReply reply) {
        entry(in.name());
        stays(in.target(), in.target().bytes());
        answer(reply);
    }

    @Override
    public void link(LinkIn in, EntryReply reply) {
        entry(in.name());
        answer(reply);
    }

    @Override
    public void unlink(NameIn in, StatusReply reply) {
        entry(in.name());
        reply.ok();
    }

    @Override
    public void rmdir(NameIn in, StatusReply reply) {
        entry(in.name());
        reply.ok();
    }

    @Override
    public void rename(RenameIn in, StatusReply reply) {
        entry(in.name());
        entry(in.newName());
        reply.ok();
    }

    @Override
    public void create(CreateIn in, CreateReply reply) {
        entry(in.name());
        reply.entry().nodeId(5).attr().ino(5).mode(Mode.REGULAR | 0644);
        reply.opened().handle(6);
        reply.ok();
    }

    @Override
    public void setxattr(SetxattrIn in, StatusReply reply) {
        var name = in.name().bytes();
        stays(in.name(), name);
        reply.ok();
    }

    @Override
    public void getattr(GetattrIn in, AttrReply reply) {
        reply.attr().attr().ino(1).mode(Mode.DIRECTORY | 0755);
        reply.ok();
    }

    @Override
    public void write(WriteIn in, WriteReply reply) {
        reply.ok(reply.source().sizeBytes());
    }
}
