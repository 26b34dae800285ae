package org.dpfs4j.app;

import java.util.List;

/** Why a command ends early: sentences for the person at the terminal, and the exit code. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient List<String> sentences;

    private Failure(int exitCode, List<String> sentences, Throwable cause) {
        super(String.join("\n", sentences), cause);
        this.exitCode = exitCode;
        this.sentences = List.copyOf(sentences);
    }

    /** The command line or the configuration is wrong. */
    static Failure wrong(List<String> sentences, Throwable cause) {
        return new Failure(Main.WRONG, sentences, cause);
    }

    /** What was asked for cannot be done here and now. */
    static Failure cannot(List<String> sentences, Throwable cause) {
        return new Failure(Main.FAILED, sentences, cause);
    }

    int exitCode() {
        return exitCode;
    }

    List<String> sentences() {
        return sentences;
    }
}
