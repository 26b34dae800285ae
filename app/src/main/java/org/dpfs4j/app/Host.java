package org.dpfs4j.app;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;

/**
 * What the program runs on.
 *
 * @param javaFeature the Java version's first number
 * @param order of bytes in memory
 * @param system as Java calls it
 * @param processor as Java calls it
 */
record Host(int javaFeature, ByteOrder order, String system, String processor) {
    private static final int JAVA = 25;
    private static final Set<String> PROCESSORS = Set.of("amd64", "aarch64");

    static Host current() {
        return new Host(
                Runtime.version().feature(),
                ByteOrder.nativeOrder(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
    }

    /** One sentence when the program cannot run here. */
    Optional<String> refusal() {
        if (javaFeature < JAVA) {
            return Optional.of("needs Java " + JAVA + " or newer; this is Java " + javaFeature + ".");
        }
        if (!system.equals("Linux")) {
            return Optional.of("runs on Linux only; this is " + system + ".");
        }
        if (!order.equals(ByteOrder.LITTLE_ENDIAN) || !PROCESSORS.contains(processor)) {
            return Optional.of("runs on x86-64 and little-endian aarch64 only; this is " + processor + ".");
        }
        return Optional.empty();
    }
}
