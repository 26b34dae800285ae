package org.dpfs4j.load;

import java.io.IOException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.dpfs4j.load.UntarScript.Made;
import org.dpfs4j.load.UntarScript.Removal;

/** The slots of one lane in one case, and how what they leave behind is removed. */
final class Round {
    private static final Lane.Manner REMOVAL = new Lane.Manner(Long.MAX_VALUE / 2, false, 0, false);

    private final Stage stage;
    private final Script[] scripts;
    private final Script[] removals;

    /** Slots for a case. */
    Round(Stage stage, Case which) throws IOException {
        this.stage = stage;
        var made = new Made();
        scripts = new Script[which.depth()];
        var fileBlocks = which.blockBytes() == 0 ? 1 : (int) (stage.tree().fileBytes() / which.blockBytes());
        var cursor = new DataScript.Cursor(fileBlocks);
        for (int slot = 0; slot < scripts.length; slot++) {
            scripts[slot] = script(stage, which, slot, cursor, made);
        }
        IntFunction<Script> removal = slot -> new Removal(stage, made);
        removals = which.workload() == Workload.UNTAR
                ? IntStream.range(0, which.depth()).mapToObj(removal).toArray(Script[]::new)
                : new Script[0];
    }

    private static Script script(Stage stage, Case which, int slot, DataScript.Cursor cursor, Made made)
            throws IOException {
        return switch (which.workload()) {
            case RANDREAD -> new DataScript(stage, which.blockBytes(), 0, null);
            case RANDWRITE -> new DataScript(stage, which.blockBytes(), 100, null);
            case RANDRW -> new DataScript(stage, which.blockBytes(), 50, null);
            case SEQREAD -> new DataScript(stage, which.blockBytes(), 0, cursor);
            case SEQWRITE -> new DataScript(stage, which.blockBytes(), 100, cursor);
            case GETATTR, LOOKUP, LOOKUPNEG, OPEN, OPENRW, NOP -> new NodeScript(stage, which.workload());
            case CREATE -> new MakeScript(stage, slot, true);
            case MKDIR -> new MakeScript(stage, slot, false);
            case RENAME -> new RenameScript(stage, slot);
            case READDIR -> new ListScript(stage, false);
            case READDIRPLUS -> new ListScript(stage, true);
            case UNTAR -> new UntarScript(stage, made);
            case MIXED -> new MixedScript(stage, slot);
        };
    }

    /** What the slots work with. */
    Stage stage() {
        return stage;
    }

    /** Gives the lane its work, and compares contents before anything is measured. */
    void prove() throws CaseFailure {
        stage.lane().load(scripts);
        scripts[0].prove(stage.lane());
    }

    /** Removes what has been made, outside of the measured time. */
    void cleanUp() throws CaseFailure {
        if (removals.length > 0) {
            stage.lane().load(removals);
            stage.lane().run(REMOVAL);
            stage.lane().load(scripts);
        }
    }
}
