package org.dpfs4j.load;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;
import org.dpfs4j.wire.WriteOut;

/** READ and WRITE of blocks of a lane's files. */
final class DataScript implements Script {
    private static final long READ_OFFSET = Image.at(ReadIn.LAYOUT, "offset");
    private static final long WRITE_OFFSET = Image.at(WriteIn.LAYOUT, "offset");

    /** Where the slots of a lane are in its file, when they go through it in order. */
    static final class Cursor {
        private final int blocks;
        private int next;

        Cursor(int blocks) {
            this.blocks = blocks;
        }

        int take() {
            var block = next;
            next = block + 1 == blocks ? 0 : block + 1;
            return block;
        }
    }

    private final Stage stage;
    private final int blockBytes;
    private final int blocks;
    private final int writesPerCent;
    private final Cursor cursor;
    private final Pages pages;
    private final Dice dice;
    private final Image read;
    private final Image write;

    /**
     * A slot.
     *
     * @param writesPerCent how many of a hundred operations are WRITEs
     * @param cursor null for random places
     */
    DataScript(Stage stage, int blockBytes, int writesPerCent, Cursor cursor) {
        this.stage = stage;
        this.blockBytes = blockBytes;
        this.writesPerCent = writesPerCent;
        this.cursor = cursor;
        blocks = (int) (stage.tree().fileBytes() / blockBytes);
        pages = stage.pages(blockBytes);
        dice = new Dice(stage.random().nextLong());
        read = stage.image(Image.Plan.reading(
                Opcode.READ, FuseRequests.read(stage.reading(), 0, blockBytes), blockBytes, pages, blockBytes));
        write = stage.image(Image.Plan.writing(
                Opcode.WRITE,
                FuseRequests.write(stage.writing(), 0, blockBytes, 0),
                WriteOut.BYTES,
                pages,
                blockBytes));
    }

    @Override
    public Image begin() {
        var block = (long) (cursor != null ? cursor.take() : dice.below(blocks));
        return writesPerCent > 0 && dice.below(100) < writesPerCent
                ? write.put(WRITE_OFFSET, block * blockBytes)
                : read.put(READ_OFFSET, block * blockBytes);
    }

    @Override
    public Image next(Image answered) throws CaseFailure {
        if (answered == write && answered.resultInt(0) != blockBytes) {
            throw new CaseFailure("WRITE took " + answered.resultInt(0) + " of " + blockBytes + " bytes");
        }
        return null;
    }

    @Override
    public void prove(Lane lane) throws CaseFailure {
        for (int block : new int[] {0, blocks / 2, blocks - 1}) {
            var offset = (long) block * blockBytes;
            if (writesPerCent < 100) {
                clear();
                lane.once(read.put(READ_OFFSET, offset));
                compare(offset, Content::at, "READ");
            }
            if (writesPerCent > 0) {
                proveWrite(lane, offset);
            }
        }
    }

    /** Writes what nobody has written before, and reads it back by other requests. */
    private void proveWrite(Lane lane, long offset) throws CaseFailure {
        var fresh = new Random().nextLong();
        fill(offset, fresh);
        lane.once(write.put(WRITE_OFFSET, offset));
        next(write);
        clear();
        var back = stage.image(Image.Plan.reading(
                Opcode.READ, FuseRequests.read(stage.writing(), offset, blockBytes), blockBytes, pages, blockBytes));
        lane.once(back);
        compare(offset, at -> Content.at(at) ^ fresh, "READ after WRITE");
    }

    private void clear() {
        for (int i = 0; i < pages.count(); i++) {
            Memory.at(stage.pool().host(pages.guest(i)), Pool.PAGE).fill((byte) 0);
        }
    }

    private void fill(long offset, long fresh) {
        for (int i = 0; i < blockBytes; i += Long.BYTES) {
            Memory.ALL.set(JAVA_LONG, host(i), Content.at(offset + i) ^ fresh);
        }
    }

    private void compare(long offset, LongUnaryOperator expected, String what) throws CaseFailure {
        for (int i = 0; i < blockBytes; i += Long.BYTES) {
            if (Memory.ALL.get(JAVA_LONG, host(i)) != expected.applyAsLong(offset + i)) {
                throw new CaseFailure(what + " at " + offset + " brought wrong bytes from " + (offset + i) + " on");
            }
        }
    }

    private long host(int at) {
        return stage.pool().host(pages.guest(at / Pool.PAGE)) + at % Pool.PAGE;
    }
}
