package org.dpfs4j.app;

import ch.qos.logback.classic.Level;
import io.netty.util.Version;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dpfs4j.app.sandbox.Preparation;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's entry point: finds the command, and turns what goes wrong into a sentence and an exit code. */
@Command(
        name = "dpfs4j",
        description = "Serves file systems to virtual machines over virtio-fs.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."})
public final class Main {
    /** Exit code: what was asked for cannot be done here and now. */
    static final int FAILED = 1;

    /** Exit code: the command line or the configuration is wrong. */
    static final int WRONG = 2;

    private static final List<String> COMMANDS =
            List.of("serve", "mount", "check", "top", "demo", "bench", "list-emulation-managers", "rehearse");

    private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version", "-v", "--debug");

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-v", "--debug"},
            scope = ScopeType.INHERIT,
            description = "Log more, and show stack traces. Without it, the variable DPFS4J_LOG sets the level "
                    + "(error, warn, info, debug, trace).")
    private boolean debug;

    private boolean ownsProcess;

    private Main() {}

    /** Runs one command; the process exits with its code. */
    public static void main(String[] args) {
        var refusal = Host.current().refusal();
        if (refusal.isPresent()) {
            System.err.println("dpfs4j: " + refusal.get());
            System.exit(FAILED);
        }
        var main = new Main();
        main.ownsProcess = true;
        var words = withCommand(args);
        if (words.length > 0 && words[0].equals("serve")) {
            Preparation.begin();
            var plain = PlainLine.read(Arrays.asList(words).subList(1, words.length));
            if (plain.isPresent()) {
                System.exit(main.serve(plain.get()));
            }
        }
        var known = words.length > 0 && COMMANDS.contains(words[0]);
        // Reading what the others understand takes time, too.
        System.exit(commandLine(main, known ? List.of(words[0]) : COMMANDS).execute(words));
    }

    /** As the parser's line would, which {@link #commandLine} makes. */
    private int serve(Serving serving) {
        var err = new PrintWriter(System.err, true, System.err.charset());
        try {
            serving.run(ownsProcess, err);
            return 0;
        } catch (Exception e) {
            return report(e, err);
        }
    }

    /** Whether the process is this program's, to be isolated and replaced as a whole. */
    boolean ownsProcess() {
        return ownsProcess;
    }

    /** Who runs us in virtiofsd's place names no command. */
    static String[] withCommand(String... args) {
        if (args.length == 0 || !args[0].startsWith("-") || OWN_OPTIONS.contains(args[0])) {
            return args;
        }
        return Stream.concat(Stream.of("serve"), Arrays.stream(args)).toArray(String[]::new);
    }

    /** The whole command line; its writers can be exchanged. */
    static CommandLine commandLine() {
        return commandLine(new Main(), COMMANDS);
    }

    private static CommandLine commandLine(Main main, List<String> commands) {
        var line = new CommandLine(main);
        commands.forEach(name -> line.addSubcommand(name, command(name)));
        // A value that begins with @ is a value: whoever may choose one must not add options by it.
        return line.setExpandAtFiles(false)
                .setExecutionStrategy(main::execute)
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler((e, command, parsed) -> main.report(e, command.getErr()))
                .setExitCodeExceptionMapper(e -> WRONG);
    }

    private static CommandLine command(String name) {
        var command = new CommandLine(
                switch (name) {
                    case "serve" -> new ServeCommand();
                    case "mount" -> new MountCommand();
                    case "check" -> new CheckCommand();
                    case "top" -> new TopCommand();
                    case "demo" -> new DemoCommand();
                    case "bench" -> new BenchCommand();
                    case "list-emulation-managers" -> new ListEmulatorsCommand();
                    case "rehearse" -> new RehearseCommand();
                    default -> throw new IllegalArgumentException(name);
                });
        switch (name) {
            case "serve" -> ServeCommand.addOptions(command.getCommandSpec());
            case "mount" -> MountCommand.addOptions(command.getCommandSpec());
            case "bench" -> BenchCommand.addWorkloads(command.getCommandSpec());
            default -> {}
        }
        return command;
    }

    private int execute(ParseResult parsed) {
        if (debug) {
            logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.DEBUG);
        }
        if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Missing command: serve, mount, check, top, demo, bench or list-emulation-managers");
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static ch.qos.logback.classic.Logger logger(String name) {
        return (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(name);
    }

    /** Lets only warnings through, for commands whose own output matters; not when more was asked for. */
    void quieten() {
        if (!debug) {
            logger("org.dpfs4j").setLevel(Level.WARN);
        }
    }

    private static int misused(ParameterException e, String[] args) {
        var command = e.getCommandLine();
        var err = command.getErr();
        err.println("dpfs4j: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return WRONG;
    }

    private int report(Exception e, PrintWriter err) {
        var code = FAILED;
        if (e instanceof Failure failure) {
            code = failure.exitCode();
            var prefix = code == WRONG ? "" : "dpfs4j: "; // editors understand file:line: at the beginning
            failure.sentences().forEach(sentence -> err.println(prefix + sentence));
        } else {
            err.println("dpfs4j: this should not happen: " + e + (debug ? "" : " (-v shows where)"));
        }
        if (debug) {
            e.printStackTrace(new PrintWriter(err, true));
        }
        return code;
    }

    /** What {@code --version} says. */
    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Main.class.getPackage().getImplementationVersion();
            var netty = Version.identify().get("netty-transport");
            return new String[] {
                "dpfs4j " + (version == null ? "(not packaged)" : version),
                "Java " + Runtime.version() + ", Netty " + (netty == null ? "unknown" : netty.artifactVersion())
            };
        }
    }
}
