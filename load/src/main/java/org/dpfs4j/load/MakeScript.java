package org.dpfs4j.load;

import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.CreateOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.ReleaseIn;

/** CREATE, RELEASE, UNLINK, FORGET; or MKDIR, RMDIR, FORGET: nothing is left. */
final class MakeScript implements Script {
    private static final int PERMISSIONS = 0755;
    private static final long RELEASE_HANDLE = Image.at(ReleaseIn.LAYOUT, "fh");

    private final Stage stage;
    private final int slot;
    private final boolean file;
    private final Image make;
    private final Image release;
    private final Image remove;
    private final long makeName;
    private int number;
    private long node;

    /**
     * A slot.
     *
     * @param slot its number in the lane, part of the names
     * @param file whether files are made, else directories
     */
    MakeScript(Stage stage, int slot, boolean file) {
        this.stage = stage;
        this.slot = slot;
        this.file = file;
        var work = stage.work();
        var flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL;
        make = stage.image(
                file
                        ? Image.Plan.plain(
                                Opcode.CREATE,
                                FuseRequests.create(work, Names.NUMBERED, PERMISSIONS, flags),
                                CreateOut.BYTES)
                        : Image.Plan.plain(
                                Opcode.MKDIR,
                                FuseRequests.mkdir(work, Names.bytes(Names.NUMBERED), PERMISSIONS),
                                EntryOut.BYTES));
        makeName = file ? CreateIn.LAYOUT.byteSize() : MkdirIn.LAYOUT.byteSize();
        release = stage.image(
                Image.Plan.plain(Opcode.RELEASE, FuseRequests.release(Opcode.RELEASE, Seen.Opened.forged(0, 0)), 0));
        var removal = file ? Opcode.UNLINK : Opcode.RMDIR;
        remove = stage.image(
                Image.Plan.plain(removal, FuseRequests.named(removal, work, Names.bytes(Names.NUMBERED)), 0));
    }

    @Override
    public Image begin() {
        number++;
        Names.number(remove, 0, slot, number);
        return Names.number(make, makeName, slot, number);
    }

    @Override
    public Image next(Image answered) throws CaseFailure {
        if (answered == make) {
            node = Names.node(answered);
            return file ? release.node(node).put(RELEASE_HANDLE, answered.result(EntryOut.BYTES)) : remove;
        }
        if (answered == release) {
            return remove;
        }
        stage.forgets().forget(node, 1);
        return null;
    }
}
