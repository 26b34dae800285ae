package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
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
            "dpfs4j mount --shared-dir=DIRECTORY [--allow-other] [--lanes=N] [--io=MODE]",
            "                    [-o OPTION,...] MOUNTPOINT",
            "   or: dpfs4j mount --config=FILE"
        },
        sortOptions = false)
final class MountCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "What to mount: devices whose transport is of type fuse, as examples/dpfs4j.toml explains.")
    private Path config;

    @Option(names = "--shared-dir", paramLabel = "DIRECTORY", description = "What is seen in the mount.")
    private Path sharedDir;

    @Option(
            names = "--allow-other",
            description = "Other users may use the mount, as their permissions allow. Default: only when root mounts.")
    private boolean allowOther;

    @Option(names = "--lanes", paramLabel = "N", description = "Event loop threads. Default: one for each core.")
    private Integer lanes;

    @Option(names = "--io", paramLabel = "MODE", description = "auto (the default), io-uring or epoll.")
    private String io;

    @Option(
            names = "-o",
            paramLabel = "OPTION",
            split = ",",
            description =
                    "ro, rw, allow_other, fsname=NAME, subtype=NAME; dev, suid, noexec, noatime, nodiratime, sync, "
                            + "dirsync and their opposites.")
    private List<String> words = List.of();

    @Parameters(arity = "0..1", paramLabel = "MOUNTPOINT", description = "The directory that is covered.")
    private Path mountPoint;

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
        Foreground.serve(assembly, () -> {});
        return 0;
    }

    private Settings settings() throws Failure {
        var options = new ShortForm.MountOptions(sharedDir, mountPoint, allowOther, words, lanes, io);
        if (config != null) {
            if (options.any()) {
                throw wrong("--config goes alone: mount point and all else stand in the file");
            }
            return SettingsFile.read(config);
        }
        if (sharedDir == null || mountPoint == null) {
            throw wrong("What shall be mounted, and where? --shared-dir=DIRECTORY and MOUNTPOINT, or --config=FILE");
        }
        return ShortForm.settings(options);
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
