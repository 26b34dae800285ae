package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            "   or: dpfs4j serve --socket-path=SOCKET --shared-dir=DIRECTORY [OPTION]...",
            "   or: dpfs4j serve --print-capabilities"
        },
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    /** By the schema of QEMU's {@code docs/interop/vhost-user.json}; the features are those that libvirt knows virtiofsd by. */
    private static final String CAPABILITIES = """
            {
              "type": "fs",
              "features": [
                "separate-options",
                "posix-acl-negotiation-mode",
                "security-label-negotiation-mode"
              ]
            }""";

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "What to serve, as examples/dpfs4j.toml explains.")
    private Path config;

    @Option(
            names = "-o",
            paramLabel = "WORD,...",
            description = "The same in the words of virtiofsd's early days: source=DIRECTORY,cache=none,xattr,...")
    private List<String> lists = List.of();

    @Option(names = "-d", description = "Log more, as virtiofsd does.")
    private boolean debug;

    @Option(names = "--print-capabilities", description = "Print what a management layer may ask of us, and end.")
    private boolean printCapabilities;

    @Option(
            names = "--print-config",
            description = "Print the configuration file that the other options stand for, and end.")
    private boolean printConfig;

    /** The command with an option for each of {@link DirectoryOption}. */
    static void addOptions(CommandSpec serve) {
        for (var option : DirectoryOption.values()) {
            serve.addOption(option.spec());
        }
    }

    @Override
    public Integer call() throws Failure {
        if (printCapabilities) {
            spec.commandLine().getOut().println(CAPABILITIES);
            return 0;
        }
        if (printConfig) {
            var out = spec.commandLine().getOut();
            out.print(shortForm().toml());
            out.flush(); // it does so by itself only for println
            return 0;
        }
        serving().run(main.ownsProcess(), spec.commandLine().getErr());
        return 0;
    }

    private Serving serving() {
        var given = shortForm();
        return Serving.of(given, config)
                .orElseThrow(() -> wrong(
                        config == null
                                ? "What shall be served? --config=FILE, or --shared-dir=DIRECTORY and one of --socket-path and --fd"
                                : "--config goes alone: tag, socket and all else stand in the file"));
    }

    /** What was said on the command line, in its order; lists last. */
    private ShortForm shortForm() {
        var form = new ShortForm();
        for (var matched : spec.commandLine().getParseResult().matchedOptions()) {
            DirectoryOption.named(matched.names()[0]).ifPresent(option -> put(form, option, matched.getValue()));
        }
        DirectoryOption.putChanges(spec, form);
        if (debug) {
            form.put(DirectoryOption.LOG_LEVEL, "debug", "-d");
        }
        for (var list : lists) {
            var unknown = CompatibilityList.read(list, form);
            if (unknown.isPresent()) {
                throw wrong("-o " + unknown.get() + " means nothing here");
            }
        }
        return form;
    }

    private void put(ShortForm form, DirectoryOption option, Object value) {
        if (option.table() == DirectoryOption.Table.REFUSED) {
            throw wrong(option.option() + ": " + option.description());
        }
        form.put(option, value);
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
