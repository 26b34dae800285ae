package org.dpfs4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.io.Lanes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code check}: everything that is wrong with a configuration, or what it would serve. */
@Command(
        name = "check",
        description =
                "Reports every error in a configuration file, or what it would serve and whether each backend, and each "
                        + "DPU's provider, can be used here. Nothing is served, and no server is asked without --connect.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class)
final class CheckCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--connect",
            description = "Also reaches for the servers behind the backends, and says how each of them answers.")
    private boolean connects;

    @Parameters(paramLabel = "FILE", description = "The configuration.")
    private Path file;

    @Override
    public Integer call() throws Failure {
        main.quieten();
        return describe(Assembly.of(SettingsFile.read(file), Providers.found()));
    }

    /** Backends are started as {@code serve} would start them: whether they work is theirs to know. */
    private int describe(Assembly assembly) throws Failure {
        var out = spec.commandLine().getOut();
        out.println(file + ": no errors");
        var usable = true;
        try (var lanes = Server.lanes(assembly)) {
            out.println("lanes: " + assembly.lanes());
            for (var entry : assembly.backends().entrySet()) {
                usable &= describe(out, entry.getKey(), entry.getValue(), assembly, lanes);
            }
        }
        for (var device : assembly.devices()) {
            out.println("device " + device.tag() + " at " + device.transport().address());
            device.mounts().forEach((path, backend) -> out.println("  " + path + " is backend " + backend));
            var reason = device.transport().unusable();
            reason.ifPresent(sentence -> out.println("  " + sentence));
            usable &= reason.isEmpty();
        }
        out.flush();
        return usable ? 0 : Main.FAILED;
    }

    private boolean describe(PrintWriter out, String name, Assembly.Storage storage, Assembly assembly, Lanes lanes) {
        try (var backend = storage.backend()) {
            var failure = Server.startBackend(name, backend, lanes);
            var label = "backend " + name + " (" + storage.type() + "): ";
            if (failure != null) {
                failure.sentences().forEach(sentence -> out.println(sentence));
                return !assembly.uses(name);
            }
            out.println(label + (assembly.uses(name) ? "can be used" : "can be used, but no device does"));
            return !connects || reaches(out, name, backend) || !assembly.uses(name);
        }
    }

    private static boolean reaches(PrintWriter out, String name, Backend backend) {
        try {
            var found = backend.probe().toCompletableFuture().join();
            found.ifPresent(words -> out.println("  " + words));
            return true;
        } catch (CompletionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            out.println("backend " + name + ": " + cause.getMessage());
            return false;
        }
    }
}
