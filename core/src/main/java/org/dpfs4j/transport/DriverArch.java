package org.dpfs4j.transport;

/** The processor of a driver's machine, by whose numbers its open flags are. */
public enum DriverArch {
    /** The same as ours, or one that a transport translates for. */
    OWN,
    /** 64-bit x86. */
    X86_64,
    /** 64-bit Arm. */
    AARCH64
}
