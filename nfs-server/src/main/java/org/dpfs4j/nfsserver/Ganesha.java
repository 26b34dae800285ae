package org.dpfs4j.nfsserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * NFS-Ganesha of Debian's packages as a process of this machine, on a loopback port of its own. It needs no portmapper, no
 * D-Bus and no privileged port. A test that wants it where it cannot run is aborted with the reason.
 */
public final class Ganesha implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/ganesha.nfsd");
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final String SERVES = "NFS SERVER INITIALIZED";

    private final Path home;
    private final InetSocketAddress address;
    private final ServerProcess process;

    private Ganesha(Path home, InetSocketAddress address) throws IOException {
        this.home = home;
        this.address = address;
        process = new ServerProcess(command(), home.resolve("output.log"));
    }

    /** Starts a server whose files are below {@code home}, an existing directory, and waits until it serves. */
    public static Ganesha start(Path home, GaneshaOptions options) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "needs package nfs-ganesha: there is no " + PROGRAM);
        Assumptions.assumeTrue(hasPlugin("mem"), "needs package nfs-ganesha-mem");
        Assumptions.assumeTrue(!isRoot() || hasPlugin("vfs"), "needs package nfs-ganesha-vfs");
        for (String directory : List.of("export", "small", "recovery")) {
            Files.createDirectories(home.resolve(directory));
        }
        Files.setPosixFilePermissions(home.resolve("export"), PosixFilePermissions.fromString("rwxr-xr-x"));
        var server = new Ganesha(home, freePort());
        Files.writeString(home.resolve("ganesha.conf"), server.configuration(options));
        server.start();
        return server;
    }

    /** As {@link #start(Path, GaneshaOptions)} with {@link GaneshaOptions#standard()}. */
    public static Ganesha start(Path home) throws IOException, InterruptedException {
        return start(home, GaneshaOptions.standard());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    public int port() {
        return address.getPort();
    }

    /** The path of an export, which this server has; the test is aborted where only root could serve it. */
    public String path(Export export) {
        Assumptions.assumeTrue(!export.needsRoot() || isRoot(), "export " + export + " needs root");
        return export.path();
    }

    /** The directory behind {@link Export#VFS}, {@link Export#READONLY} and {@link Export#SQUASHED}. */
    public Path directory() {
        return home.resolve("export");
    }

    /** What the server has written to its log so far. */
    public String log() throws IOException {
        Path log = home.resolve("ganesha.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    public boolean isRunning() {
        return process.isRunning();
    }

    /** Starts it again at the same port, with the clients it remembers, and waits until it serves. */
    public void start() throws IOException, InterruptedException {
        long started = starts();
        process.start();
        for (long end = System.nanoTime() + READY.toNanos(); starts() == started || !listens(); ) {
            if (!process.isRunning() || System.nanoTime() > end) {
                close();
                throw new IOException("NFS-Ganesha did not start:\n" + log());
            }
            Thread.sleep(20);
        }
    }

    /** Ends it in order: it closes its files and says goodbye to nobody. */
    public void stop() throws IOException, InterruptedException {
        end("TERM");
    }

    /** Ends it as a crash would. */
    public void kill() throws IOException, InterruptedException {
        end("KILL");
    }

    private void end(String signal) throws IOException, InterruptedException {
        if (!process.end(signal, STOP)) {
            close();
            throw new IOException(
                    "NFS-Ganesha did not end within " + STOP.toSeconds() + " s of SIG" + signal + ":\n" + log());
        }
    }

    /** Stops its threads where they are ({@code SIGSTOP}); its connections stay. */
    public void pause() throws IOException {
        process.signal("STOP");
    }

    /** Lets its threads go on. */
    public void resume() throws IOException {
        process.signal("CONT");
    }

    /** Waits until no grace period is left of the last start: ordinary opens are possible. */
    public void awaitGraceOver() throws IOException, InterruptedException {
        for (long end = System.nanoTime() + READY.toNanos(); System.nanoTime() < end; Thread.sleep(50)) {
            String log = log();
            if (log.lastIndexOf("NOT IN GRACE") > log.lastIndexOf("NOW IN GRACE") || !log.contains("NOW IN GRACE")) {
                return;
            }
        }
        throw new IOException("NFS-Ganesha is still in its grace period:\n" + log());
    }

    @Override
    public void close() {
        process.close();
    }

    /** The small file system is mounted where only the server sees it. */
    private List<String> command() {
        String program = "exec " + PROGRAM + " -F -f ganesha.conf -p " + home.resolve("ganesha.pid") + " -L "
                + home.resolve("ganesha.log") + " -N NIV_EVENT";
        if (!isRoot()) {
            return List.of("sh", "-c", "cd \"$0\" && " + program, home.toString());
        }
        return List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "cd \"$0\" && mount -t tmpfs -o size=16m,nr_inodes=64,mode=755 tmpfs small && " + program,
                home.toString());
    }

    private String configuration(GaneshaOptions options) {
        var text = new StringBuilder("""
                NFS_CORE_PARAM {
                    Protocols = 4; NFS_Port = %1$d; Bind_addr = %2$s;
                    Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false;
                    mount_path_pseudo = true; fsid_device = true; Clustered = false;
                    MaxRPCSendBufferSize = 9437184; MaxRPCRecvBufferSize = 9437184;
                }
                NFSv4 {
                    Lease_Lifetime = %3$d; Grace_Period = %3$d; Graceless = %4$b;
                    RecoveryBackend = fs_ng; RecoveryRoot = %5$s;
                    Minor_Versions = 0, 1, 2; Slot_Table_Size = %6$d;
                    Only_Numeric_Owners = true; Allow_Numeric_Owners = true; Delegations = %8$b;
                }
                NFS_KRB5 { Active_krb5 = false; }
                MEM { Inode_Size = 1114112; Async_Threads = 8; }
                EXPORT_DEFAULTS {
                    SecType = sys; Protocols = 4; Transports = TCP; Access_Type = RW; PrivilegedPort = false;
                    Attr_Expiration_Time = %7$d; Delegations = %9$s;
                }
                """.formatted(
                        port(),
                        address.getAddress().getHostAddress(),
                        options.leaseSeconds(),
                        options.graceless(),
                        home.resolve("recovery"),
                        options.slots(),
                        options.cached() ? 60 : 0,
                        options.delegates(),
                        options.delegates() ? "R" : "None"));
        for (Export export : exports()) {
            text.append("EXPORT { Export_Id = %d; Path = %s; Pseudo = %s; %s FSAL { %s } }%n"
                    .formatted(export.ordinal() + 1, backing(export), export.path(), export.options(), layer(export)));
        }
        return text.toString();
    }

    private static List<Export> exports() {
        var all = new ArrayList<>(List.of(Export.values()));
        if (!isRoot()) {
            all.removeIf(Export::needsRoot);
        }
        return all;
    }

    private Path backing(Export export) {
        return switch (export) {
            case VFS, READONLY, SQUASHED -> directory();
            case SMALL -> home.resolve("small");
            case MEM, SLOW -> Path.of(export.path());
        };
    }

    private static String layer(Export export) {
        return switch (export) {
            case VFS, READONLY, SQUASHED, SMALL -> "Name = VFS;";
            case MEM -> "Name = MEM;";
            case SLOW -> "Name = MEM; Async_Type = fixed; Async_Delay = 1000; Async_Stall_Delay = 0;";
        };
    }

    /** How often it was ready to serve. */
    private long starts() throws IOException {
        return log().lines().filter(line -> line.contains(SERVES)).count();
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(address, 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean hasPlugin(String name) throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return Stream.concat(Stream.of(Path.of("/usr/lib"), Path.of("/usr/lib64")), folders)
                    .anyMatch(folder -> Files.exists(folder.resolve("ganesha/libfsal%s.so".formatted(name))));
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static InetSocketAddress freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        }
    }
}
