package org.dpfs4j.app.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * How far the process has come, as the one that it replaced has told it. Nothing is trusted because of it: who starts us may
 * set the variable, and does without stage 0.
 *
 * @param word what is in the variable; empty at the beginning
 */
record Stage(String word) {
    /** Set in the restricted process, for itself. */
    static final String VARIABLE = "DPFS4J_STAGE";

    /** The same process, root of a user namespace, but not restricted yet. */
    static final Stage IN_USER_NAMESPACE = new Stage("user-namespace");

    static Stage current() {
        return new Stage(Objects.requireNonNullElse(System.getenv(VARIABLE), ""));
    }

    /** The last one. */
    static Stage restricted(Path temporary, List<String> layers) {
        return new Stage(temporary + ";" + String.join("; ", layers));
    }

    boolean isRestricted() {
        return word.indexOf(';') > 0;
    }

    /** The folder for temporary files, in a restricted process. */
    Path temporary() {
        return Path.of(word.substring(0, word.indexOf(';')));
    }

    /** A word for each layer of the isolation; empty before. */
    String layers() {
        return isRestricted() ? word.substring(word.indexOf(';') + 1) : "";
    }
}
