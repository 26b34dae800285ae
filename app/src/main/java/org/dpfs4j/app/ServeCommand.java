package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
            "                    [--request-queues=N] [--lanes=N] [--io=MODE]"
        },
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    /** The words that Kata's runtime waits for on standard error. */
    private static final String LISTENING = "Waiting for vhost-user socket connection";

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

    @Override
    public Integer call() throws Failure {
        var assembly = Assembly.of(settings(), Providers.found());
        Foreground.serve(assembly, () -> spec.commandLine().getErr().println(LISTENING));
        return 0;
    }

    private Settings settings() throws Failure {
        var options = new ShortForm.Options(socketPath, sharedDir, tag, requestQueues, lanes, io);
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
