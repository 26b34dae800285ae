package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code serve} can be told about one directory without a file: virtiofsd's command line, and what we have beyond it.
 * Each option stands for one key of the configuration, by which it is read, checked and explained.
 */
enum DirectoryOption {
    SOCKET_PATH(
            Table.TRANSPORT,
            "socket",
            Kind.PATH,
            "SOCKET",
            "Where the VMM connects by vhost-user.",
            "--socket-path",
            "--socket"),
    FD(
            Table.TRANSPORT,
            "fd",
            Kind.NUMBER,
            "N",
            "A socket that listens already, inherited from who starts us, instead of --socket-path.",
            "--fd"),
    SOCKET_GROUP(
            Table.TRANSPORT,
            "socket-group",
            Kind.TEXT,
            "GROUP",
            "The group that may connect to the socket, too.",
            "--socket-group"),
    REQUEST_QUEUES(
            Table.TRANSPORT,
            "request-queues",
            Kind.NUMBER,
            "N",
            "Queues beside the one for urgent requests.",
            "--request-queues"),
    SHARED_DIR(Table.BACKEND, "root", Kind.PATH, "DIRECTORY", "What the guest sees.", "--shared-dir"),
    TAG(Table.DEVICE, "tag", Kind.TEXT, "TAG", "What the guest mounts. Default: " + ShortForm.TAG, "--tag"),

    CACHE(
            Table.BACKEND,
            "cache",
            Kind.TEXT,
            "POLICY",
            "What the guest may remember: auto (the default), always, never or metadata.",
            "--cache"),
    ATTR_TIMEOUT(
            Table.BACKEND,
            "attr-timeout",
            Kind.TEXT,
            "TIME",
            "How long it may remember attributes, instead of what the policy says.",
            "--attr-timeout"),
    ENTRY_TIMEOUT(
            Table.BACKEND, "entry-timeout", Kind.TEXT, "TIME", "How long it may remember names.", "--entry-timeout"),
    NEGATIVE_TIMEOUT(
            Table.BACKEND,
            "negative-timeout",
            Kind.TEXT,
            "TIME",
            "How long it may remember that a name is not there.",
            "--negative-timeout"),
    WATCH(Table.BACKEND, "watch", Kind.ON, "", "Shorten these times for what changes on this machine.", "--watch"),
    WRITEBACK(Table.BACKEND, "writeback", Kind.ON, "", "Let the guest collect writes.", "--writeback"),
    ALLOW_DIRECT_IO(Table.BACKEND, "allow-direct-io", Kind.ON, "", "Honour O_DIRECT here, too.", "--allow-direct-io"),
    ALLOW_MMAP(
            Table.BACKEND,
            "allow-mmap",
            Kind.ON,
            "",
            "Let files be mapped with --cache=never and metadata.",
            "--allow-mmap"),
    NO_READDIRPLUS(
            Table.BACKEND,
            "readdirplus",
            Kind.OFF,
            "",
            "Do not read directories together with attributes.",
            "--no-readdirplus"),
    PRESERVE_NOATIME(Table.BACKEND, "preserve-noatime", Kind.ON, "", "Honour O_NOATIME.", "--preserve-noatime"),
    ANNOUNCE_SUBMOUNTS(
            Table.BACKEND,
            "announce-submounts",
            Kind.ON,
            "",
            "Let the guest see where other file systems are mounted (the default).",
            "--announce-submounts"),
    NO_ANNOUNCE_SUBMOUNTS(
            Table.BACKEND,
            "announce-submounts",
            Kind.OFF,
            "",
            "Hide where other file systems are mounted.",
            "--no-announce-submounts"),
    INODE_FILE_HANDLES(
            Table.BACKEND,
            "inode-file-handles",
            Kind.TEXT,
            "HOW",
            "Whether files are known by handles rather than descriptors: never, prefer (the default), mandatory.",
            "--inode-file-handles"),

    READONLY(Table.BACKEND, "readonly", Kind.ON, "", "Nothing can be changed.", "--readonly"),
    XATTR(Table.BACKEND, "xattr", Kind.ON, "", "Extended attributes.", "--xattr"),
    NO_XATTR(Table.BACKEND, "xattr", Kind.OFF, "", "No extended attributes.", "--no-xattr"),
    XATTRMAP(
            Table.BACKEND,
            "xattrmap",
            Kind.TEXT,
            "RULES",
            "How names of extended attributes are translated; virtiofsd's language.",
            "--xattrmap"),
    POSIX_ACL(
            Table.BACKEND,
            "posix-acl",
            Kind.WHEN,
            "WHEN",
            "POSIX access control lists: never, auto or always.",
            "--posix-acl"),
    SECURITY_LABEL(
            Table.BACKEND,
            "security-label",
            Kind.WHEN,
            "WHEN",
            "Security labels of new files: never, auto or always.",
            "--security-label"),
    KILLPRIV_V2(
            Table.BACKEND,
            "killpriv-v2",
            Kind.ON,
            "",
            "Clear set-id bits here when a file is written (the default).",
            "--killpriv-v2"),
    NO_KILLPRIV_V2(Table.BACKEND, "killpriv-v2", Kind.OFF, "", "Let the guest clear set-id bits.", "--no-killpriv-v2"),
    TRANSLATE_UID(
            Table.BACKEND,
            "translate-uid",
            Kind.LIST,
            "TYPE:FROM:TO:N",
            "How user ids are translated; may be given again.",
            "--translate-uid"),
    TRANSLATE_GID(
            Table.BACKEND,
            "translate-gid",
            Kind.LIST,
            "TYPE:FROM:TO:N",
            "How group ids are translated; may be given again.",
            "--translate-gid"),
    POSIX_LOCKS(
            Table.BACKEND, "posix-locks", Kind.ON, "", "fcntl locks between guests and this machine.", "--posix-locks"),
    NO_POSIX_LOCKS(
            Table.BACKEND, "posix-locks", Kind.OFF, "", "fcntl locks within each guest only.", "--no-posix-locks"),
    FLOCK(Table.BACKEND, "flock", Kind.ON, "", "flock between guests and this machine.", "--flock"),
    NO_FLOCK(Table.BACKEND, "flock", Kind.OFF, "", "flock within each guest only.", "--no-flock"),
    LOCK_WAIT_MAX(
            Table.BACKEND,
            "lock-wait-max",
            Kind.TEXT,
            "TIME",
            "How long a guest waits for a lock until it is told EAGAIN. Default: as long as it takes.",
            "--lock-wait-max"),

    LANES(Table.SERVER, "lanes", Kind.NUMBER, "N", "Event loop threads. Default: one for each core.", "--lanes"),
    IO(Table.SERVER, "io", Kind.TEXT, "MODE", "auto (the default), io-uring or epoll.", "--io"),
    POLL_MAX(
            Table.SERVER,
            "poll-max",
            Kind.TEXT,
            "TIME",
            "How long a thread looks for work before it sleeps: 50us, 0s for not at all.",
            "--poll-max"),
    SANDBOX(
            Table.SERVER,
            "sandbox",
            Kind.TEXT,
            "HOW",
            "How the server is shut in: namespace, chroot or none.",
            "--sandbox"),
    SECCOMP(
            Table.SERVER,
            "seccomp",
            Kind.TEXT,
            "ACTION",
            "What a forbidden system call does: kill, log, trap or none.",
            "--seccomp"),
    LANDLOCK(
            Table.SERVER,
            "landlock",
            Kind.TEXT,
            "WHEN",
            "Whether the kernel's rules about paths are used, too: auto (the default), on or off.",
            "--landlock"),
    MODCAPS(
            Table.SERVER,
            "modcaps",
            Kind.CHANGES,
            "+CAP:-CAP",
            "Capabilities to keep or drop beside the usual ones.",
            "--modcaps"),
    RLIMIT_NOFILE(
            Table.SERVER,
            "rlimit-nofile",
            Kind.NUMBER,
            "N",
            "How many descriptors the server may have; 0 leaves the limit alone.",
            "--rlimit-nofile"),
    METRICS(
            Table.SERVER,
            "metrics",
            Kind.TEXT,
            "ADDRESS",
            "Where Prometheus may ask for figures, such as 127.0.0.1:9100.",
            "--metrics"),
    PID_FILE(
            Table.SERVER,
            "pid-file",
            Kind.PATH,
            "FILE",
            "Where our process id stands. Default: the socket's path and \".pid\".",
            "--pid-file"),
    LOG_LEVEL(
            Table.SERVER,
            "log-level",
            Kind.TEXT,
            "LEVEL",
            "error, warn, info (the default), debug, trace or off.",
            "--log-level"),
    SYSLOG(Table.SERVER, "syslog", Kind.ON, "", "Log to the system's log instead of standard error.", "--syslog"),

    THREAD_POOL_SIZE(
            Table.NONE,
            "",
            Kind.NUMBER,
            "N",
            "Taken and ignored: requests never wait for a pool.",
            "--thread-pool-size"),
    MIGRATION_MODE(
            Table.NONE, "", Kind.TEXT, "MODE", "Taken and ignored: a device cannot migrate.", "--migration-mode"),
    MIGRATION_ON_ERROR(Table.NONE, "", Kind.TEXT, "ACTION", "As --migration-mode.", "--migration-on-error"),
    MIGRATION_VERIFY_HANDLES(Table.NONE, "", Kind.ON, "", "As --migration-mode.", "--migration-verify-handles"),
    MIGRATION_CONFIRM_PATHS(Table.NONE, "", Kind.ON, "", "As --migration-mode.", "--migration-confirm-paths"),
    UID_MAP(
            Table.REFUSED,
            "",
            Kind.TEXT,
            "MAP",
            "Not taken: the server has no user namespace. --translate-uid=map:GUEST:HOST:COUNT does this for the files.",
            "--uid-map"),
    GID_MAP(
            Table.REFUSED,
            "",
            Kind.TEXT,
            "MAP",
            "Not taken: the server has no user namespace. --translate-gid=map:GUEST:HOST:COUNT does this for the files.",
            "--gid-map"),
    FOREGROUND(Table.NONE, "", Kind.ON, "", "Taken and ignored: the server always stays in the foreground.", "-f");

    /** Where a key stands; NONE: the option has no effect; REFUSED: whoever gives it is told its description. */
    enum Table {
        SERVER,
        DEVICE,
        TRANSPORT,
        BACKEND,
        NONE,
        REFUSED
    }

    /** What follows an option, and what its key is then. */
    private enum Kind {
        /** A path, made absolute. */
        PATH,
        TEXT,
        /** A text that may begin as an option does: "-dac_read_search" is no "-d". */
        CHANGES,
        NUMBER,
        /** Given again, the values add up. */
        LIST,
        /** A text that may be left out: then "always". */
        WHEN,
        /** Nothing; the key is true. */
        ON,
        /** Nothing; the key is false. */
        OFF
    }

    private final Table table;
    private final String key;
    private final Kind kind;
    private final String label;
    private final String description;
    private final List<String> names;

    DirectoryOption(Table table, String key, Kind kind, String label, String description, String... names) {
        this.table = table;
        this.key = key;
        this.kind = kind;
        this.label = label;
        this.description = description;
        this.names = List.of(names);
    }

    /** The option with this name. */
    static Optional<DirectoryOption> named(String name) {
        for (var option : values()) {
            if (option.names.contains(name)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    Table table() {
        return table;
    }

    /** Whether nothing follows it. */
    boolean isFlag() {
        return kind == Kind.ON || kind == Kind.OFF;
    }

    /** What the parser makes of a text that follows, where that is simple; else null. */
    Object plain(String text) {
        if (table == Table.REFUSED) {
            return null;
        }
        return switch (kind) {
            case PATH, TEXT -> text;
            case NUMBER -> number(text);
            default -> null;
        };
    }

    /** Null for what is none. */
    private static Long number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The key's name in its table. */
    String key() {
        return key;
    }

    /** As people write it first. */
    String option() {
        return names.getFirst();
    }

    /** What the help says about it. */
    String description() {
        return description;
    }

    /** For the command line's parser. */
    OptionSpec spec() {
        var spec = OptionSpec.builder(names.toArray(String[]::new))
                .description(description)
                .paramLabel(label);
        return switch (kind) {
            case ON, OFF -> spec.type(boolean.class).arity("0").build();
            case NUMBER ->
                spec.type(Long.class)
                        .converters(DirectoryOption::converted)
                        .arity("1")
                        .build();
            case LIST ->
                spec.type(List.class).auxiliaryTypes(String.class).arity("1").build();
            case WHEN ->
                spec.type(String.class).arity("0..1").fallbackValue("always").build();
            case CHANGES ->
                spec.type(String.class)
                        .arity("1")
                        .parameterConsumer(DirectoryOption::consume)
                        .build();
            case PATH, TEXT -> spec.type(String.class).arity("1").build();
        };
    }

    /** The value of the key for what the parser made of the option. */
    Object value(Object parsed) {
        return switch (kind) {
            case ON -> true;
            case OFF -> false;
            case PATH -> path((String) parsed);
            // What "prefer" was called once.
            case TEXT -> this == INODE_FILE_HANDLES && "fallback".equals(parsed) ? "prefer" : parsed;
            default -> parsed;
        };
    }

    /** A path made absolute; an empty one, as a script's unset variable leaves it, is not the folder we are in. */
    static String path(String given) {
        return given.isEmpty() ? "" : Path.of(given).toAbsolutePath().toString();
    }

    /** What the parser does not count among what it matched, because {@link #consume} took it: added to the form. */
    static void putChanges(CommandSpec command, ShortForm form) {
        var value = command.findOption(MODCAPS.option()).getValue();
        if (value != null) {
            form.put(MODCAPS, value);
        }
    }

    private static void consume(Stack<String> words, ArgSpec option, CommandSpec command) {
        if (words.isEmpty()) {
            throw new ParameterException(command.commandLine(), "Missing required parameter for option '--modcaps'");
        }
        option.setValue(words.pop());
    }

    private static Long converted(String text) {
        var number = number(text);
        if (number == null) {
            throw new TypeConversionException("must be a whole number: \"" + text + "\"");
        }
        return number;
    }
}
