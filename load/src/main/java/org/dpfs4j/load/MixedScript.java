package org.dpfs4j.load;

/** One of several scripts for each operation, chosen by weight. */
final class MixedScript implements Script {
    private static final int BLOCK_BYTES = 4096;

    private final Script[] scripts;
    private final int[] upTo;
    private final Dice dice;
    private Script current;

    /** A slot: the shares of {@link Workload#MIXED}. */
    MixedScript(Stage stage, int slot) {
        dice = new Dice(stage.random().nextLong());
        scripts = new Script[] {
            new DataScript(stage, BLOCK_BYTES, 0, null),
            new DataScript(stage, BLOCK_BYTES, 100, null),
            new NodeScript(stage, Workload.GETATTR),
            new NodeScript(stage, Workload.LOOKUP),
            new NodeScript(stage, Workload.OPEN),
            new MakeScript(stage, slot, true)
        };
        upTo = new int[] {40, 60, 80, 90, 96, 100};
    }

    @Override
    public Image begin() throws CaseFailure {
        var thrown = dice.below(100);
        var i = 0;
        while (thrown >= upTo[i]) {
            i++;
        }
        current = scripts[i];
        return current.begin();
    }

    @Override
    public Image next(Image answered) throws CaseFailure {
        return current.next(answered);
    }

    @Override
    public void prove(Lane lane) throws CaseFailure {
        for (var script : scripts) {
            script.prove(lane);
        }
    }
}
