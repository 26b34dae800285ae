package org.dpfs4j.load;

import java.util.stream.IntStream;

/** The slots of one lane in one case, and what they leave behind. */
final class Round {
    private final Stage stage;
    private final Script[] scripts;

    private Round(Stage stage, Script... scripts) {
        this.stage = stage;
        this.scripts = scripts;
    }

    /** Slots for a case. */
    static Round of(Stage stage, Case which) {
        var fileBlocks = which.blockBytes() == 0 ? 1 : (int) (stage.tree().fileBytes() / which.blockBytes());
        var cursor = new DataScript.Cursor(fileBlocks);
        return new Round(
                stage,
                IntStream.range(0, which.depth())
                        .mapToObj(slot -> script(stage, which, cursor))
                        .toArray(Script[]::new));
    }

    private static Script script(Stage stage, Case which, DataScript.Cursor cursor) {
        return switch (which.workload()) {
            case RANDREAD -> new DataScript(stage, which.blockBytes(), 0, null);
            case RANDWRITE -> new DataScript(stage, which.blockBytes(), 100, null);
            case RANDRW -> new DataScript(stage, which.blockBytes(), 50, null);
            case SEQREAD -> new DataScript(stage, which.blockBytes(), 0, cursor);
            case SEQWRITE -> new DataScript(stage, which.blockBytes(), 100, cursor);
            case GETATTR, LOOKUP, LOOKUPNEG, OPEN, NOP -> new NodeScript(stage, which.workload());
            default -> throw new IllegalArgumentException("not yet: " + which.workload());
        };
    }

    /** What the slots work with. */
    Stage stage() {
        return stage;
    }

    /** One for each slot. */
    Script[] scripts() {
        return scripts;
    }

    /** Compares contents before anything is measured. */
    void prove() throws CaseFailure {
        scripts[0].prove(stage.lane());
    }

    /** Removes what has been made, outside of the measured time. */
    void cleanUp() throws CaseFailure {}
}
