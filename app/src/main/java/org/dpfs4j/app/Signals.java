package org.dpfs4j.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for SIGTERM, SIGINT or SIGHUP (unless it is ignored, as nohup does); the next one ends the process at once. Signals in quick succession are one: timeout(1) and
 * others send theirs to the process and then to its group.
 *
 * <p>A shutdown hook would make every exit code 143 and could not hear a second signal. The JDK's module for the other way
 * ({@code jdk.unsupported}) is used by reflection, because javac warns about its names and this build takes no warnings.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final int EXIT_BY_SIGNAL = 128;
    private static final long ONE_NANOS = 500_000_000;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicLong firstNanos = new AtomicLong();

    private Signals() {}

    /** Takes the signals over. */
    static Signals takenOver() {
        var signals = new Signals();
        signals.takeOver("TERM");
        signals.takeOver("INT");
        signals.takeOver("HUP");
        return signals;
    }

    private void takeOver(String name) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var number = signal.getMethod("getNumber");
            var ours = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, with) -> {
                        if (method.getName().equals("handle")) {
                            received("SIG" + name, (int) number.invoke(with[0]));
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (InvocationTargetException e) {
            LOG.warn(
                    "SIG{} ends the process without draining: {}",
                    name,
                    e.getCause().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no module jdk.unsupported", e);
        }
    }

    /** Sends this process a signal. */
    static void raise(String name) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            signal.getMethod("raise", signal)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be sent", e);
        }
    }

    private void received(String name, int number) {
        var now = System.nanoTime();
        if (firstNanos.compareAndSet(0, now)) {
            LOG.info("{}: draining; once more ends at once", name);
            asked.countDown();
        } else if (now - firstNanos.get() > ONE_NANOS) {
            LOG.warn("{} again: ending at once", name);
            Runtime.getRuntime().halt(EXIT_BY_SIGNAL + number);
        }
    }

    /** Waits for the first signal, or for the end of what is served. */
    void await(CompletionStage<Void> ended) {
        ended.thenRun(asked::countDown);
        try {
            asked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
