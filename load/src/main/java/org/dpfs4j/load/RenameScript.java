package org.dpfs4j.load;

import java.io.IOException;
import java.util.Locale;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;

/** RENAME of a file to another name and back. */
final class RenameScript implements Script {
    private final Image there;
    private final Image back;
    private boolean away;

    /** A slot, whose file is made. */
    RenameScript(Stage stage, int slot) throws IOException {
        var name = String.format(Locale.ROOT, "r-%04x-", slot);
        // Known to the server while it is renamed, as what a guest renames is.
        stage.counts().add(stage.tree().freshFile(stage.work(), name + "a", name + "b"), 1);
        there = image(stage, name + "a", name + "b");
        back = image(stage, name + "b", name + "a");
    }

    private static Image image(Stage stage, String from, String to) {
        return stage.image(
                Image.Plan.plain(Opcode.RENAME, FuseRequests.rename(stage.work(), from, stage.work(), to), 0));
    }

    @Override
    public Image begin() {
        away = !away;
        return away ? there : back;
    }

    @Override
    public Image next(Image answered) {
        return null;
    }
}
