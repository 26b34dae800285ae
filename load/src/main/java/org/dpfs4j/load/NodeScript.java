package org.dpfs4j.load;

import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.ReleaseIn;

/** Requests about files that are there, or not: GETATTR, LOOKUP, OPEN and RELEASE, or what no server knows. */
final class NodeScript implements Script {
    /** What a name that is not there looks like: digits are written in place of the zeros. */
    private static final String MISSING = "none-00000000";

    private static final int MISSING_DIGITS_AT = 5;
    private static final int MISSING_DIGITS = 8;
    private static final int FILE_DIGITS = 4;
    private static final int UNKNOWN_OPCODE = 3999;
    private static final long RELEASE_HANDLE = Image.at(ReleaseIn.LAYOUT, "fh");
    private static final long NODE_ID = 0;
    private static final long HANDLE = 0;

    private final Stage stage;
    private final Workload workload;
    private final Image first;
    private final Image release;
    private final Dice dice;
    private int file;

    /** A slot of GETATTR, LOOKUP, LOOKUPNEG, OPEN, OPENRW or NOP. */
    NodeScript(Stage stage, Workload workload) {
        this.stage = stage;
        this.workload = workload;
        dice = new Dice(stage.random().nextLong());
        first = stage.image(plan());
        release = stage.image(
                Image.Plan.plain(Opcode.RELEASE, FuseRequests.release(Opcode.RELEASE, Seen.Opened.forged(0, 0)), 0));
    }

    private Image.Plan plan() {
        var many = stage.tree().many();
        return switch (workload) {
            case GETATTR -> Image.Plan.plain(Opcode.GETATTR, FuseRequests.getattr(many), AttrOut.BYTES);
            case LOOKUP -> lookup(many, Tree.fileName(0));
            case LOOKUPNEG -> lookup(many, MISSING).orElse(Errno.ENOENT);
            case OPEN -> open(many, OpenFlags.RDONLY);
            case OPENRW -> open(many, OpenFlags.RDWR);
            case NOP ->
                Image.Plan.plain("NOP", new RequestBytes(UNKNOWN_OPCODE, many), 0)
                        .orElse(Errno.ENOSYS);
            default -> throw new IllegalArgumentException("not about nodes: " + workload);
        };
    }

    private static Image.Plan open(long node, int flags) {
        return Image.Plan.plain(Opcode.OPEN, FuseRequests.open(node, flags), OpenOut.BYTES);
    }

    private static Image.Plan lookup(long parent, String name) {
        return Image.Plan.plain(
                Opcode.LOOKUP, FuseRequests.named(Opcode.LOOKUP, parent, Names.bytes(name)), EntryOut.BYTES);
    }

    @Override
    public Image begin() {
        file = dice.below(Workload.FILES);
        return switch (workload) {
            case GETATTR, OPEN, OPENRW -> first.node(stage.tree().file(file));
            case LOOKUP -> first.putHex(Tree.FILE.length(), FILE_DIGITS, file);
            case LOOKUPNEG -> first.putHex(MISSING_DIGITS_AT, MISSING_DIGITS, dice.below(Integer.MAX_VALUE));
            default -> first;
        };
    }

    @Override
    public Image next(Image answered) throws CaseFailure {
        switch (workload) {
            case LOOKUP -> {
                if (answered.result(NODE_ID) != stage.tree().file(file)) {
                    throw new CaseFailure("LOOKUP of " + Tree.fileName(file) + " found node "
                            + answered.result(NODE_ID) + " instead of "
                            + stage.tree().file(file));
                }
                stage.counts().add(stage.tree().file(file), 1);
            }
            case LOOKUPNEG -> {
                if (!answered.wasRefused() && answered.result(NODE_ID) != 0) {
                    throw new CaseFailure("LOOKUP of a name that is not there found a node");
                }
            }
            case OPEN, OPENRW -> {
                if (answered == first) {
                    return release.node(stage.tree().file(file)).put(RELEASE_HANDLE, answered.result(HANDLE));
                }
            }
            default -> {
                // GETATTR and NOP: that there is an answer is all.
            }
        }
        return null;
    }
}
