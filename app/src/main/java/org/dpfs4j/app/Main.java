package org.dpfs4j.app;

/** The program's entry point. */
public final class Main {
    private Main() {}

    /** Runs one command; the process exits with its code. */
    public static void main(String[] args) {
        System.out.println("dpfs4j");
    }
}
