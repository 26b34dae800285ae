package org.dpfs4j.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dpfs4j.app.sandbox.NotIsolated;
import org.dpfs4j.app.sandbox.Sandbox;
import org.dpfs4j.config.Need;
import org.dpfs4j.io.Lanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code serve}: runs until it is asked to end. */
@Command(
        name = "serve",
        description = "Serves devices until SIGTERM or SIGINT; requests in flight are answered first.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        customSynopsis = {
            "dpfs4j serve --config=FILE",
            "   or: dpfs4j serve --socket-path=SOCKET --shared-dir=DIRECTORY [--tag=TAG]",
            "                    [--request-queues=N] [--lanes=N] [--io=MODE]",
            "                    [--sandbox=MODE] [--seccomp=ACTION] [--landlock=MODE] [--modcaps=CHANGES]",
            "                    [--rlimit-nofile=N]"
        },
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    /** The words that Kata's runtime waits for on standard error. */
    private static final String LISTENING = "Waiting for vhost-user socket connection";

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "What to serve, as examples/dpfs4j.toml explains.")
    private Path config;

    @Option(names = "--socket-path", paramLabel = "SOCKET", description = "Where the VMM connects by vhost-user.")
    private Path socketPath;

    @Option(names = "--shared-dir", paramLabel = "DIRECTORY", description = "What the guest sees.")
    private Path sharedDir;

    @Option(names = "--tag", paramLabel = "TAG", description = "What the guest mounts. Default: " + ShortForm.TAG)
    private String tag;

    @Option(names = "--request-queues", paramLabel = "N", description = "Queues beside the one for urgent requests.")
    private Integer requestQueues;

    @Option(names = "--lanes", paramLabel = "N", description = "Event loop threads. Default: one for each core.")
    private Integer lanes;

    @Option(names = "--io", paramLabel = "MODE", description = "auto (the default), io-uring or epoll.")
    private String io;

    @Mixin
    private IsolationOptions isolation;

    @Override
    public Integer call() throws Failure {
        var assembly = Assembly.of(settings(), Providers.found());
        if (main.ownsProcess()) {
            isolate(assembly);
        }
        var signals = Signals.takenOver();
        var notify = new Notify(System.getenv("NOTIFY_SOCKET"));
        try (var server = Server.start(assembly)) {
            LOG.info("ready");
            spec.commandLine().getErr().println(LISTENING);
            notify.ready();
            signals.await();
            notify.stopping();
            server.drain(DRAIN_LIMIT);
        }
        LOG.info("ended");
        return 0;
    }

    /** What follows happens in a process that can do no more than serve. */
    private void isolate(Assembly assembly) throws Failure {
        var needs = new ArrayList<>(assembly.needs());
        if (config != null) {
            needs.add(new Need.Reading(config.toAbsolutePath()));
        }
        var sandbox = new Sandbox(assembly.isolation(), needs);
        try {
            sandbox.enter();
            Lanes.loadLibraries();
            sandbox.removeTemporary();
            sandbox.filterCalls();
        } catch (NotIsolated e) {
            throw Failure.cannot(List.of("this server cannot be isolated as asked for: " + e.getMessage()), e);
        }
    }

    private Settings settings() throws Failure {
        var options = new ShortForm.Options(socketPath, sharedDir, tag, requestQueues, lanes, io, isolation.keys());
        if (config != null) {
            if (options.any()) {
                throw wrong("--config goes alone: tag, socket and all else stand in the file");
            }
            return SettingsFile.read(config);
        }
        if (socketPath == null || sharedDir == null) {
            throw wrong("What shall be served? --config=FILE, or --socket-path=SOCKET and --shared-dir=DIRECTORY");
        }
        return ShortForm.settings(options);
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
