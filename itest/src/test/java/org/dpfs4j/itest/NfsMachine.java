package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dpfs4j.guest.GuestOptions;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.QemuGuest;
import org.dpfs4j.guest.Tool;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Assumptions;

/**
 * A guest with a network whose kernel is an NFS server, or an NFS client, or both; told what to do by shell commands. It needs
 * none of NFS's programs: what {@code rpc.mountd} would answer the kernel's questions about exports with is written before
 * they are asked.
 */
final class NfsMachine implements Closeable {
    private static final String DONE = "<<<done ";
    private static final int NFS_PORT = 2049;
    private static final int LEASE_SECONDS = 10;
    private static final int DISK_MEBIBYTES = 512;

    /** How the guest calls the machine that runs it: QEMU's network has it there. */
    static final String HOST = "10.0.2.2";

    /** Where the guest has mounted our share. */
    static final String SHARE = "/mnt";

    private static final String SHELL = """
            ifconfig lo 127.0.0.1 up
            ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
            route add default gw 10.0.2.2
            exec 3<>/dev/ttyS1 # open from now on: what comes while it is not is lost
            stty -F /dev/ttyS1 raw -echo
            echo "@@HOST shell"
            while read -r line; do
                eval "$line" </dev/null
                status=$?
                echo
                echo "<<<done $status"
            done <&3 >&3 2>&1
            """;

    private static final String PREPARE = """
            mkdir -p /srv /var/lib/nfs/v4recovery && mount -t ext4 /dev/vda /srv && mount -t nfsd nfsd /proc/fs/nfsd
            echo %1$d >/proc/fs/nfsd/nfsv4leasetime && echo %1$d >/proc/fs/nfsd/nfsv4gracetime
            """.formatted(LEASE_SECONDS);

    /**
     * The kernel forgets its exports with its last thread. They are for any port, without a list of who has what, and the root of
     * all: NFSEXP_INSECURE_PORT, NFSEXP_NOSUBTREECHECK, NFSEXP_FSID. Without version 3 it needs no portmapper.
     */
    private static final String START = """
            echo "nfsd 10.0.2.2 2147483647 tests" >/proc/net/rpc/auth.unix.ip/channel
            echo "tests 1 \\\\x00000000 2147483647 /srv" >/proc/net/rpc/nfsd.fh/channel
            echo "tests /srv 2147483647 9218 65534 65534 0" >/proc/net/rpc/nfsd.export/channel
            echo "-3 +4 +4.1 +4.2" >/proc/fs/nfsd/versions
            echo "tcp 2049" >/proc/fs/nfsd/portlist
            echo 8 >/proc/fs/nfsd/threads
            """;

    private final ShareServer share;
    private final QemuGuest guest;
    private final SocketChannel line;
    private final BufferedReader in;
    private final Writer out;
    private final int port;

    private NfsMachine(ShareServer share, QemuGuest guest, SocketChannel line, int port) {
        this.share = share;
        this.guest = guest;
        this.line = line;
        this.port = port;
        in = new BufferedReader(Channels.newReader(line, StandardCharsets.UTF_8));
        out = Channels.newWriter(line, StandardCharsets.UTF_8);
    }

    /** Boots one; a machine that cannot do so skips the test. */
    static NfsMachine boot(Path home) throws IOException, InterruptedException {
        return boot(home, Backing.local(Files.createDirectories(home.resolve("unused"))), Tool.FLOCK);
    }

    /** Boots one that has mounted a share of ours at {@link #SHARE}. */
    static NfsMachine boot(Path home, Backing backing, Tool... tools) throws IOException, InterruptedException {
        Path disk = disk(home.resolve("disk"));
        int port = freePort();
        var kernel = Guests.kernel(KernelSource.DEBIAN_12, "virtio_net", "virtio_blk", "nfsd", "nfsv4");
        var options = GuestOptions.of(kernel, Guests.TAG, List.of(Workload.of("nfs", SHELL, tools)))
                .withMemory(1536)
                .withHardware(List.of(
                        "-netdev",
                        "user,id=net,hostfwd=tcp:127.0.0.1:" + port + "-:" + NFS_PORT,
                        "-device",
                        "virtio-net-pci,netdev=net",
                        "-drive",
                        "if=none,id=disk,format=raw,file=" + disk,
                        "-device",
                        "virtio-blk-pci,drive=disk"));
        var share = ShareServer.ours(home, backing, Guests.TAG, 1);
        QemuGuest guest = null;
        try {
            var requests = new Requests("shell");
            guest = Guests.boot(options, share.socket(), requests);
            var line = PosixGuest.connected(guest);
            requests.await(guest);
            return new NfsMachine(share, guest, line, port);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            if (guest != null) {
                guest.close();
            }
            share.close();
            throw e;
        }
    }

    private static Path disk(Path file) throws IOException, InterruptedException {
        Path program = Path.of("/usr/sbin/mkfs.ext4");
        Assumptions.assumeTrue(Files.isExecutable(program), "needs package e2fsprogs: there is no " + program);
        var process = new ProcessBuilder(program.toString(), "-q", file.toString(), DISK_MEBIBYTES + "M").start();
        assertThat(process.waitFor()).as("status of mkfs.ext4").isZero();
        return file;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where on this machine the guest's NFS server is. */
    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Makes the guest's kernel serve its disk, as {@code /}. */
    void serve() throws IOException {
        runAll(PREPARE);
        start();
    }

    /** Starts its threads: what it was before, clients may claim again. */
    void start() throws IOException {
        runAll(START);
    }

    private void runAll(String commands) throws IOException {
        for (String command : commands.split("\n", -1)) {
            run(command);
        }
    }

    /** Ends its threads, its connections and all that clients have. */
    void stop() throws IOException {
        run("echo 0 >/proc/fs/nfsd/threads");
    }

    /** Mounts an export of this machine in the guest, by the Linux kernel's client. */
    void mount(int hostPort, String export, String at) throws IOException {
        run("mkdir -p %1$s && mount -t nfs4 -o vers=4.1,port=%2$d,addr=%3$s,clientaddr=10.0.2.15 %3$s:%4$s %1$s"
                .formatted(at, hostPort, HOST, export));
    }

    /** Runs a command that must succeed, and gives what it says. */
    String run(String command) throws IOException {
        var said = new StringBuilder();
        int status = run(command, said);
        assertThat(status).as("status of " + command + ": " + said).isZero();
        return said.toString().strip();
    }

    /** Runs a command of one line, and gives its status. */
    int run(String command, StringBuilder said) throws IOException {
        out.write(command + "\n");
        out.flush();
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            if (text.startsWith(DONE)) {
                return Integer.parseInt(text.substring(DONE.length()).strip());
            }
            said.append(text).append('\n');
        }
        throw new IOException("the guest has ended: " + said);
    }

    @Override
    public void close() throws IOException {
        line.close();
        guest.close();
        share.close();
    }
}
