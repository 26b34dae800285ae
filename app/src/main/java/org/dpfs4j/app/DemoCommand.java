package org.dpfs4j.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code demo}: serves a directory to a real guest and shows what happens. */
@Command(name = "demo", description = "Serves a directory to a Linux guest and shows what happens.", mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 1;
    }
}
