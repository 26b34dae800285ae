package org.dpfs4j.load;

import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.CreateOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FlushIn;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetattrValid;
import org.dpfs4j.wire.WriteIn;
import org.dpfs4j.wire.WriteOut;

/** A new file of 4 KiB as tar makes it: LOOKUP, CREATE, WRITE, SETATTR, FLUSH, RELEASE. {@link Removal} takes the files away. */
final class UntarScript implements Script {
    private static final int PERMISSIONS = 0644;
    private static final int CONTENT_BYTES = 4096;
    private static final long SECONDS = 1_700_000_000;
    private static final long WRITE_HANDLE = Image.at(WriteIn.LAYOUT, "fh");
    private static final long SETATTR_HANDLE = Image.at(SetattrIn.LAYOUT, "fh");
    private static final long FLUSH_HANDLE = Image.at(FlushIn.LAYOUT, "fh");
    private static final long RELEASE_HANDLE = Image.at(ReleaseIn.LAYOUT, "fh");

    /** The files that the slots of a lane have made and nobody has removed. One thread. */
    static final class Made {
        /** So many at most before they are removed. */
        static final int MOST = 8192;

        private final long[] nodes = new long[MOST];
        private int begun;

        /** The number of the next file, or -1 when there are enough. */
        private int take() {
            return begun == MOST ? -1 : begun++;
        }
    }

    private final Made made;
    private final Image lookup;
    private final Image create;
    private final Image write;
    private final Image setattr;
    private final Image flush;
    private final Image release;
    private int number;

    /** A slot. */
    UntarScript(Stage stage, Made made) {
        this.made = made;
        var work = stage.work();
        var name = Names.bytes(Names.NUMBERED);
        var file = Seen.Opened.forged(0, 0);
        var flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.EXCL;
        var valid = SetattrValid.MODE | SetattrValid.MTIME | SetattrValid.FH;
        lookup = stage.image(
                Image.Plan.plain(Opcode.LOOKUP, FuseRequests.named(Opcode.LOOKUP, work, name), EntryOut.BYTES)
                        .orElse(Errno.ENOENT));
        create = stage.image(Image.Plan.plain(
                Opcode.CREATE, FuseRequests.create(work, Names.NUMBERED, PERMISSIONS, flags), CreateOut.BYTES));
        write = stage.image(Image.Plan.writing(
                Opcode.WRITE,
                FuseRequests.write(file, 0, CONTENT_BYTES, 0),
                WriteOut.BYTES,
                stage.pages(CONTENT_BYTES),
                CONTENT_BYTES));
        setattr = stage.image(Image.Plan.plain(
                Opcode.SETATTR,
                FuseRequests.setattr(0)
                        .set("valid", valid)
                        .set("mode", PERMISSIONS)
                        .set("mtime", SECONDS),
                AttrOut.BYTES));
        flush = stage.image(Image.Plan.plain(Opcode.FLUSH, new RequestBytes(Opcode.FLUSH, 0).with(FlushIn.LAYOUT), 0));
        release = stage.image(Image.Plan.plain(Opcode.RELEASE, FuseRequests.release(Opcode.RELEASE, file), 0));
    }

    @Override
    public Image begin() {
        number = made.take();
        return number < 0 ? null : Names.number(lookup, 0, 0, number);
    }

    @Override
    public Image next(Image answered) throws CaseFailure {
        if (answered == lookup) {
            if (!answered.wasRefused() && answered.result(0) != 0) {
                throw new CaseFailure("LOOKUP found a file that has not been made yet");
            }
            return Names.number(create, CreateIn.LAYOUT.byteSize(), 0, number);
        }
        if (answered == create) {
            return created(Names.node(answered), answered.result(EntryOut.BYTES));
        }
        if (answered == write) {
            if (answered.resultInt(0) != CONTENT_BYTES) {
                throw new CaseFailure("WRITE took " + answered.resultInt(0) + " of " + CONTENT_BYTES + " bytes");
            }
            return setattr;
        }
        return answered == setattr ? flush : answered == flush ? release : null;
    }

    private Image created(long node, long handle) {
        made.nodes[number] = node;
        setattr.node(node).put(SETATTR_HANDLE, handle);
        flush.node(node).put(FLUSH_HANDLE, handle);
        release.node(node).put(RELEASE_HANDLE, handle);
        return write.node(node).put(WRITE_HANDLE, handle);
    }

    /** UNLINK and FORGET of what was made. */
    static final class Removal implements Script {
        private final Stage stage;
        private final Made made;
        private final Image unlink;
        private int number;

        /** A slot. */
        Removal(Stage stage, Made made) {
            this.stage = stage;
            this.made = made;
            unlink = stage.image(Image.Plan.plain(
                    Opcode.UNLINK, FuseRequests.named(Opcode.UNLINK, stage.work(), Names.bytes(Names.NUMBERED)), 0));
        }

        @Override
        public Image begin() {
            if (made.begun == 0) {
                return null;
            }
            number = --made.begun;
            return Names.number(unlink, 0, 0, number);
        }

        @Override
        public Image next(Image answered) throws CaseFailure {
            stage.forgets().forget(made.nodes[number], 1);
            return null;
        }
    }
}
