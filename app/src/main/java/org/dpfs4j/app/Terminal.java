package org.dpfs4j.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The terminal while a command draws on it: its keys come at once and unseen, which {@code stty} arranges and takes back at
 * the end, also at Ctrl-C.
 */
final class Terminal implements AutoCloseable {
    /** Cursor home, and nothing below it. */
    static final String CLEAR = "\033[H\033[2J";

    private static final int KEY_END = 'q';
    private static final long STTY_SECONDS = 2;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final String settings;
    private final Thread restore = new Thread(this::restore, "terminal");

    private Terminal(String settings) {
        this.settings = settings;
        stty("-icanon", "-echo");
        Runtime.getRuntime().addShutdownHook(restore);
        Thread.ofPlatform().daemon().name("keys").start(this::listen);
    }

    /** The terminal that this process has for input and output; empty when it has none. */
    @SuppressWarnings("SystemConsoleNull") // its documentation still allows null
    static Optional<Terminal> own() {
        var console = System.console();
        return console == null || !console.isTerminal()
                ? Optional.empty()
                : stty("-g").map(Terminal::new);
    }

    /** Calls stty on the terminal that is standard input; its answer, or empty when it has failed. */
    private static Optional<String> stty(String... words) {
        try {
            var command = new ArrayList<>(List.of("stty"));
            command.addAll(List.of(words));
            var process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(answer)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void listen() {
        try {
            for (var key = System.in.read(); key >= 0 && key != KEY_END; key = System.in.read()) {
                // Other keys mean nothing.
            }
        } catch (IOException e) {
            // Nobody can ask for the end any more, but by a signal.
            return;
        }
        ended.countDown();
    }

    /** How wide it is just now; 0 when it does not say. */
    int columns() {
        return stty("size")
                .map(size -> size.replaceAll("^\\d+ ", ""))
                .filter(columns -> columns.matches("\\d{1,5}"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    /** Waits; whether somebody has asked for the end meanwhile. */
    boolean endsWithin(long nanos) throws InterruptedException {
        return ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    private void restore() {
        stty(settings);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(restore);
        restore();
    }
}
