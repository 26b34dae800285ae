package org.dpfs4j.app.sandbox;

/** Which of the two processors this is. */
final class Processor {
    static final boolean IS_AARCH64 = "aarch64".equals(System.getProperty("os.arch"));

    private Processor() {}
}
