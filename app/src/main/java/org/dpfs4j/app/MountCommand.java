package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dpfs4j.app.DirectoryOption.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mount}: serves a mount on this machine until it is unmounted or asked to end. */
@Command(
        name = "mount",
        description =
                "Mounts on this machine itself, through /dev/fuse, and serves the mount until SIGTERM or SIGINT, or "
                        + "until somebody unmounts it.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        customSynopsis = {
            "dpfs4j mount --shared-dir=DIRECTORY [OPTION]... MOUNTPOINT",
            "   or: dpfs4j mount --config=FILE"
        },
        sortOptions = false)
final class MountCommand implements Callable<Integer> {
    private static final String MOUNT_POINT = "MOUNTPOINT";

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "What to mount: devices whose transport is of type fuse, as examples/dpfs4j.toml explains.")
    private Path config;

    @Option(
            names = "--allow-other",
            description = "Other users may use the mount, as their permissions allow. Default: only when root mounts.")
    private boolean allowOther;

    @Option(
            names = "-o",
            paramLabel = "OPTION",
            split = ",",
            description =
                    "ro, rw, allow_other, fsname=NAME, subtype=NAME; dev, suid, noexec, noatime, nodiratime, sync, "
                            + "dirsync and their opposites.")
    private List<String> words = List.of();

    @Parameters(arity = "0..1", paramLabel = "MOUNTPOINT", description = "The directory that is covered.")
    private String mountPoint;

    /** The command with the options of {@link DirectoryOption} that are not about a socket. */
    static void addOptions(CommandSpec mount) {
        for (var option : DirectoryOption.values()) {
            if (option.table() == Table.BACKEND || option.table() == Table.SERVER) {
                mount.addOption(option.spec());
            }
        }
    }

    @Override
    public Integer call() throws Failure {
        var assembly = Assembly.of(settings(), Providers.found());
        for (var device : assembly.devices()) {
            if (device.transport().mountPoint().isEmpty()) {
                throw wrong(
                        "Device " + device.tag() + " is no mount on this machine: its transport is not of type fuse. "
                                + "dpfs4j serve runs devices of every type");
            }
        }
        assembly.logging().apply();
        if (main.ownsProcess()) {
            Foreground.isolate(assembly, config, () -> {});
        } else {
            Foreground.serve(assembly, () -> {});
        }
        return 0;
    }

    private Settings settings() throws Failure {
        var given = shortForm();
        if (config != null) {
            if (!given.isEmpty()) {
                throw wrong("--config goes alone: mount point and all else stand in the file");
            }
            return SettingsFile.read(config);
        }
        if (mountPoint == null || !given.has(DirectoryOption.SHARED_DIR)) {
            throw wrong("What shall be mounted, and where? --shared-dir=DIRECTORY and MOUNTPOINT, or --config=FILE");
        }
        return given.settings();
    }

    /** What was said on the command line, in its order; lists last. */
    private ShortForm shortForm() {
        var form = new ShortForm();
        for (var matched : spec.commandLine().getParseResult().matchedOptions()) {
            DirectoryOption.named(matched.names()[0]).ifPresent(option -> form.put(option, matched.getValue()));
            if (matched.names()[0].equals(DirectoryOption.SHARED_DIR.option())) {
                form.put(
                        Table.TRANSPORT,
                        "fs-name",
                        DirectoryOption.SHARED_DIR.value(matched.getValue()),
                        "--shared-dir");
            }
        }
        DirectoryOption.putChanges(spec, form);
        if (mountPoint != null) {
            form.put(Table.TRANSPORT, "type", "fuse", MOUNT_POINT);
            form.put(Table.TRANSPORT, "mount-point", DirectoryOption.path(mountPoint), MOUNT_POINT);
        }
        if (allowOther) {
            form.put(Table.TRANSPORT, "allow-other", true, "--allow-other");
        }
        var others = words.stream().filter(word -> !put(word, form)).toList();
        if (!others.isEmpty()) {
            form.put(Table.TRANSPORT, "options", String.join(",", others), "-o");
        }
        return form;
    }

    /** One word of {@code -o}, as mount(8) and libfuse write it; false when it has no key of its own. */
    private static boolean put(String word, ShortForm form) {
        var equals = word.indexOf('=');
        var value = word.substring(equals + 1);
        switch (equals < 0 ? word : word.substring(0, equals)) {
            case "ro" -> form.put(Table.TRANSPORT, "read-only", true, "-o");
            case "rw" -> form.put(Table.TRANSPORT, "read-only", false, "-o");
            case "allow_other" -> form.put(Table.TRANSPORT, "allow-other", true, "-o");
            case "fsname" -> form.put(Table.TRANSPORT, "fs-name", value, "-o");
            case "subtype" -> form.put(Table.TRANSPORT, "subtype", value, "-o");
            case "default_permissions" -> {} // always
            default -> {
                return false;
            }
        }
        return true;
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
