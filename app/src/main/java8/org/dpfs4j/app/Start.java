package org.dpfs4j.app;

/**
 * Where the jar begins: compiled for Java 8, to say in one sentence which Java is needed instead of an
 * UnsupportedClassVersionError.
 */
public final class Start {
    private static final int JAVA = 25;

    private Start() {}

    /** Runs {@link Main}, when this Java can. */
    public static void main(String[] args) {
        String version = System.getProperty("java.specification.version");
        if (feature(version) < JAVA) {
            System.err.println("dpfs4j: needs Java " + JAVA + " or newer; this is Java " + version + ", in "
                    + System.getProperty("java.home") + ".");
            System.exit(1);
        }
        Main.main(args);
    }

    /** The number that Java is known by; until 8 it came second. */
    private static int feature(String version) {
        return version.startsWith("1.") ? 0 : Integer.parseInt(version);
    }
}
