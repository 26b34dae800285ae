package org.dpfs4j.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseClient;
import org.dpfs4j.client.Seen;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;

/**
 * The embedded client of the demonstration, for machines that can have no guest: connects to the socket as a VMM does, and does in
 * the directory what {@code demo.sh} does in a guest.
 */
final class DemoClient {
    private static final Shape SHAPE =
            new Shape(Manner.QEMU, 2, 128, DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX);

    private static final int RANDOM_BYTES = 3_000_000;
    private static final int NOTES = 10;

    private final FuseClient client;
    private final PrintWriter out;

    /** What is meant to be in each file, by path below {@link DemoFolder#FROM_GUEST}. */
    private final Map<String, byte[]> made = new TreeMap<>();

    private DemoClient(FuseClient client, PrintWriter out) {
        this.client = client;
        this.out = out;
    }

    /**
     * Works on the directory behind a socket and says what it does.
     *
     * @return SHA-256 of what it wrote, by path
     * @throws Failure when it could not do its work
     */
    static Map<String, String> run(Path socket, int uid, int gid, PrintWriter out) throws Failure {
        try (var device = VhostUserFrontEnd.started(socket, SHAPE)) {
            var client = FuseClient.mount(device, device.queue(1));
            client.actAs(uid, gid);
            var demo = new DemoClient(client, out);
            demo.work();
            client.destroy();
            var sums = new TreeMap<String, String>();
            demo.made.forEach((path, bytes) -> sums.put(path, DemoFolder.sha256(bytes)));
            return sums;
        } catch (IOException e) {
            throw Failure.cannot(List.of("the embedded client could not do its work: " + e.getMessage()), e);
        }
    }

    private void work() throws IOException, Failure {
        show(Protocol.ROOT_ID, ".");
        say("# cat hello.txt");
        say(text(read(Protocol.ROOT_ID, "hello.txt")).strip());
        compareHostFiles();
        makeFiles();
        var top = writeFiles();
        change(top);
        sync(top);
        show(top, DemoFolder.FROM_GUEST);
    }

    /** Compares the host's files with the checksums that the host has put beside them. */
    private void compareHostFiles() throws IOException, Failure {
        say("# sha256sum -c sums.txt");
        for (var line : text(read(Protocol.ROOT_ID, "sums.txt")).split("\n")) {
            var sum = line.split(" +", 2);
            if (!DemoFolder.sha256(read(Protocol.ROOT_ID, sum[1])).equals(sum[0])) {
                throw Failure.cannot(
                        List.of("the embedded client does not find in " + sum[1] + " what the host says"), null);
            }
        }
        say("PASS: the host's files are what the host says");
    }

    private void makeFiles() throws IOException {
        var random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        made.put("hello.txt", bytes("Hello, host. This is the embedded client, and I wrote this file.\n"));
        made.put("random.bin", random);
        made.put("empty", new byte[0]);
        for (int i = 1; i <= NOTES; i++) {
            made.put("notes/" + i + ".txt", bytes("note " + i + "\n"));
        }
        made.put(DemoFolder.NUMBERS, read(Protocol.ROOT_ID, DemoFolder.NUMBERS));
    }

    /** Writes everything below a new directory; returns its node. */
    private long writeFiles() throws IOException {
        say("# mkdir -p " + DemoFolder.FROM_GUEST + "/notes, and write " + made.size() + " files there");
        var top = client.mkdir(Protocol.ROOT_ID, DemoFolder.FROM_GUEST, 0755).nodeId();
        var notes = client.mkdir(top, "notes", 0755).nodeId();
        for (var file : made.entrySet()) {
            var path = Path.of(file.getKey());
            write(path.getNameCount() > 1 ? notes : top, path.getFileName().toString(), file.getValue());
        }
        return top;
    }

    private void change(long top) throws IOException {
        var notes = client.lookup(top, "notes").nodeId();
        say("# mv from-guest/notes/10.txt from-guest/notes/ten.txt");
        client.rename(notes, "10.txt", notes, "ten.txt");
        made.put("notes/ten.txt", made.remove("notes/10.txt"));
        say("# rm from-guest/notes/9.txt");
        client.unlink(notes, "9.txt");
        made.remove("notes/9.txt");
        say("# mkdir from-guest/gone; rmdir from-guest/gone");
        client.mkdir(top, "gone", 0755);
        client.rmdir(top, "gone");
        say("# ln -s ../hello.txt from-guest/link");
        client.symlink(top, "link", "../hello.txt");
        say("# chmod 600 from-guest/random.bin");
        client.chmod(client.lookup(top, "random.bin").nodeId(), 0600);
    }

    private void sync(long top) throws IOException {
        say("# sync from-guest/random.bin");
        var file = client.open(client.lookup(top, "random.bin").nodeId(), OpenFlags.RDWR);
        client.fsync(file);
        client.release(file);
    }

    /** Says what is in a directory. */
    private void show(long node, String path) throws IOException {
        say("# ls -l " + path);
        var all = new ArrayList<>(client.list(node));
        all.sort(Comparator.comparing(Seen.Listed::name));
        for (var each : all) {
            var attributes = each.entry().attributes();
            var link = attributes.format() == Mode.SYMLINK
                    ? " -> " + client.readlink(each.entry().nodeId())
                    : "";
            say(String.format(
                    "%s %04o %9d %s%s",
                    letter(attributes.format()), attributes.permissions(), attributes.sizeBytes(), each.name(), link));
            client.forget(each.entry().nodeId(), 1);
        }
    }

    private static String letter(int format) {
        return switch (format) {
            case Mode.DIRECTORY -> "d";
            case Mode.SYMLINK -> "l";
            default -> "-";
        };
    }

    private byte[] read(long parent, String name) throws IOException {
        var file = client.open(client.lookup(parent, name).nodeId(), OpenFlags.RDONLY);
        var all = new ByteArrayOutputStream();
        for (var part = client.read(file, 0, FuseClient.TRANSFER_BYTES); part.length > 0; ) {
            all.writeBytes(part);
            part = client.read(file, all.size(), FuseClient.TRANSFER_BYTES);
        }
        client.release(file);
        return all.toByteArray();
    }

    private void write(long parent, String name, byte[] content) throws IOException {
        var file = client.create(parent, name, 0644);
        client.write(file.opened(), 0, content);
        client.release(file.opened());
    }

    private void say(String line) {
        out.println("      client | " + line);
        out.flush();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
