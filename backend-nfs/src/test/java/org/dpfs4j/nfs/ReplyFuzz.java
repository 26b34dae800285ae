package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.tck.Pending;
import org.dpfs4j.wire.OpenFlags;

/**
 * Replies of a server that are broken in any way ({@link ReplyMangler}) while a guest does something of everything: each of its requests
 * is answered, nothing is kept behind, and afterwards everything works.
 */
public final class ReplyFuzz {
    private static final Lanes LANES = new Lanes(1, IoMode.AUTO);
    private static final Duration REPLY_TIMEOUT = Duration.ofMillis(300);
    private static final Path SCRATCH = Path.of(System.getProperty("java.io.tmpdir"));
    private static final int BLOCK = 1000;
    private static final int BLOCKS = 20;
    private static final int LONG_BYTES = 200_000;
    private static final long OWNER = 1;

    private ReplyFuzz() {}

    /** The target. */
    public static void fuzzerTestOneInput(byte[] input) {
        try (var server = MockServer.start();
                var guest = new Guest(LANES, Configs.of(server.port(), "/", Duration.ZERO, REPLY_TIMEOUT), SCRATCH)) {
            server.grantSlots(5);
            server.put("/long", new byte[LONG_BYTES]);
            server.mangle(new ReplyMangler(input));
            somethingOfEverything(guest.client());
            server.restart();
            somethingOfEverything(guest.client());
            server.mangle(null);
            server.endGrace();
            everythingWorks(server, guest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is answered does not matter, as long as it is. */
    private static void somethingOfEverything(Client client) {
        client.statfs(ROOT_ID);
        var directory = client.mkdir(ROOT_ID, "d", 0755);
        client.symlink(ROOT_ID, "s", "target".getBytes(UTF_8));
        var link = client.lookup(ROOT_ID, "s");
        if (link.isOk()) {
            client.readlink(link.value().nodeId());
        }
        var made = client.create(ROOT_ID, "f", 0644, OpenFlags.RDWR);
        if (made.isOk()) {
            var file = made.value().opened();
            client.write(file, 0, "text".getBytes(UTF_8));
            client.fsync(file, false);
            client.setlk(file, Locking.write(OWNER, 0, 9));
            client.write(file, 4, new byte[BLOCK]);
            client.read(file, 0, 10);
            longRead(client);
            client.fallocate(file, 0, BLOCK, 0);
            client.lseek(file, 0, 3);
            client.copyFileRange(file, 0, file, 2 * BLOCK, BLOCK);
            client.setxattr(made.value().nodeId(), "user.a", new byte[] {1}, 0);
            client.getxattr(made.value().nodeId(), "user.a", 100);
            client.listxattr(made.value().nodeId(), 100);
            client.truncate(made.value().nodeId(), 2);
            client.link(made.value().nodeId(), ROOT_ID, "l");
            client.getlk(file, Locking.write(OWNER + 1, 0, 9));
            client.flush(file, OWNER);
            client.unlink(ROOT_ID, "l");
            client.unlink(ROOT_ID, "f");
            client.release(file);
        }
        var opened = client.opendir(ROOT_ID);
        client.readdirplus(opened.ok(), 0, 200);
        client.readdir(opened.ok(), 0, 4096);
        client.releasedir(opened.ok());
        if (directory.isOk()) {
            client.rename(ROOT_ID, "d", ROOT_ID, "e");
        }
        client.rmdir(ROOT_ID, "e");
        client.unlink(ROOT_ID, "s");
    }

    /** Its data lands in the guest's memory while it comes. */
    private static void longRead(Client client) {
        var found = client.lookup(ROOT_ID, "long");
        if (found.isOk()) {
            var opened = client.open(found.value().nodeId(), 0);
            if (opened.isOk()) {
                client.read(opened.value(), 0, LONG_BYTES);
                client.release(opened.value());
            }
        }
    }

    private static void everythingWorks(MockServer server, Guest guest) {
        var client = guest.client();
        client.getattr(ROOT_ID);
        var file = guest.file("new", "");
        var writes = new ArrayList<Pending<Long>>();
        for (int i = 0; i < BLOCKS; i++) {
            var block = new byte[BLOCK];
            java.util.Arrays.fill(block, (byte) i);
            writes.add(client.startWrite(file, (long) i * BLOCK, block));
        }
        writes.forEach(write -> write.await().ok());
        client.setlk(file, Locking.write(OWNER, 0, 9)).ok();
        client.fsync(file, false).ok();
        var content = server.content("new");
        assertThat(content).hasSize(BLOCKS * BLOCK);
        assertThat(client.read(file, 0, content.length).ok()).isEqualTo(content);
        for (int i = 0; i < content.length; i++) {
            assertThat(content[i]).isEqualTo((byte) (i / BLOCK));
        }
        client.flush(file, OWNER).ok();
        client.release(file).ok();
        client.syncfs(ROOT_ID).ok();
        assertThat(client.list(ROOT_ID)).anyMatch(entry -> entry.name().equals("new"));
        var share = (NfsShare) guest.fixture().share();
        assertThat(share.retained().usedBytes()).isZero();
        assertThat(share.handles().size()).isZero();
        assertThat(share.locks().waiterCount()).isZero();
    }
}
