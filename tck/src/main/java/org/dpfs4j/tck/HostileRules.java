package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.Test;

/** What a guest must not be able to do. */
public interface HostileRules extends Rules {
    /** Errors that say that there is no such node or handle, or no such operation. */
    List<Errno> UNKNOWN = List.of(
            Errno.ESTALE, Errno.ENOENT, Errno.EBADF, Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.ENOTTY);

    /** Ids of nodes and handles that were never given out, around the places where tables are cut. */
    private static List<Long> forged() {
        var ids =
                new ArrayList<>(List.of(0L, -1L, 2L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 1L << 56, 0xffff_ffffL));
        var random = new Random(7);
        for (int i = 0; i < 50; i++) {
            ids.add(random.nextLong());
            ids.add((long) random.nextInt(100_000));
            ids.add((1L << 32) * random.nextInt(4) + random.nextInt(100) + 1_000);
        }
        return ids;
    }

    /** Every operation, on a node and handle with these ids; the value says whether a success is a fault. */
    private Map<String, LongFunction<Answer<?>>> operations() {
        var all = new LinkedHashMap<String, LongFunction<Answer<?>>>();
        all.put("lookup", id -> client().lookup(id, "x"));
        all.put("getattr", id -> client().getattr(id));
        all.put("getattr by handle", id -> client().getattr(Seen.Opened.forged(id, id)));
        all.put(
                "setattr",
                id -> client().setattr(
                                id, in -> in.set("valid", SetattrValid.MODE).set("mode", 0600)));
        all.put("truncate", id -> client().truncate(id, 0));
        all.put("readlink", id -> client().readlink(id));
        all.put("symlink", id -> client().symlink(id, "x", new byte[] {'y'}));
        all.put("mknod", id -> client().mknod(id, "x", Mode.REGULAR | 0600, 0));
        all.put("mkdir", id -> client().mkdir(id, "x", 0700));
        all.put("unlink", id -> client().unlink(id, "x"));
        all.put("rmdir", id -> client().rmdir(id, "x"));
        all.put("rename from", id -> client().rename(id, "x", ROOT, "y"));
        all.put("rename to", id -> client().rename(ROOT, "there", id, "y"));
        all.put("exchange", id -> client().rename(ROOT, "there", id, "y", 2));
        all.put("link", id -> client().link(id, ROOT, "x"));
        all.put(
                "link into",
                id -> client().link(client().lookup(ROOT, "there").ok().nodeId(), id, "x"));
        all.put("read", id -> client().read(Seen.Opened.forged(id, id), 0, 100));
        all.put("write", id -> client().write(Seen.Opened.forged(id, id), 0, new byte[100]));
        all.put("setxattr", id -> client().setxattr(id, "user.x", new byte[1], 0));
        all.put("getxattr", id -> client().getxattr(id, "user.x", 100));
        all.put("listxattr", id -> client().listxattr(id, 100));
        all.put("removexattr", id -> client().removexattr(id, "user.x"));
        all.put("readdir", id -> client().readdir(Seen.Opened.forged(id, id), 0, Client.NAMES_BYTES));
        all.put("readdirplus", id -> client().readdirplus(Seen.Opened.forged(id, id), 0, Client.NAMES_BYTES));
        all.put("create", id -> client().create(id, "x", 0600));
        all.put("bmap", id -> client().bmap(id, 0));
        all.put("ioctl", id -> client().ioctl(Seen.Opened.forged(id, id), 0x5401, new byte[8]));
        all.put("fallocate", id -> client().fallocate(Seen.Opened.forged(id, id), 0, 10, 0));
        all.put("lseek", id -> client().lseek(Seen.Opened.forged(id, id), 0, 3));
        all.put(
                "copy from",
                id -> client().copyFileRange(Seen.Opened.forged(id, id), 0, Seen.Opened.forged(id, id), 0, 10));
        all.put("setupmapping", id -> client().setupmapping(Seen.Opened.forged(id, id)));
        all.put("tmpfile", id -> client().tmpfile(id, 0600));
        all.put("statx", id -> client().statx(id, 0xfff));
        return all;
    }

    /** Operations that may succeed without anything being there. */
    private Map<String, LongFunction<Answer<?>>> forgivingOperations() {
        var all = new LinkedHashMap<String, LongFunction<Answer<?>>>();
        all.put("open", id -> client().open(id, OpenFlags.RDWR));
        all.put("opendir", id -> client().opendir(id));
        all.put("statfs", id -> client().statfs(id));
        all.put("release", id -> client().release(Seen.Opened.forged(id, id)));
        all.put("releasedir", id -> client().releasedir(Seen.Opened.forged(id, id)));
        all.put("flush", id -> client().flush(Seen.Opened.forged(id, id)));
        all.put("fsync", id -> client().fsync(Seen.Opened.forged(id, id), false));
        all.put("fsyncdir", id -> client().fsyncdir(Seen.Opened.forged(id, id), true));
        all.put("access", id -> client().access(id, 4));
        all.put("poll", id -> client().poll(Seen.Opened.forged(id, id), 1));
        all.put("getlk", id -> client().getlk(Seen.Opened.forged(id, id), in -> in.set("lk.end", 10)));
        all.put("setlk", id -> client().setlk(Seen.Opened.forged(id, id), in -> in.set("lk.end", 10)));
        all.put(
                "setlkw",
                id -> client().startSetlkw(Seen.Opened.forged(id, id), in -> in.set("lk.end", 10))
                        .await());
        all.put("removemapping", id -> client().removemapping(id));
        all.put("syncfs", id -> client().syncfs(id));
        return all;
    }

    @Test
    default void everyOperationRefusesIdsThatWereNeverGiven() {
        var there = file("there", "untouched");
        client().release(there.opened()).ok();
        client().forget(there.nodeId(), 1);
        operations().forEach((name, operation) -> {
            for (var id : List.of(0L, -1L, Long.MIN_VALUE, 12_345L, (1L << 32) + 1_000)) {
                operation.apply(id).fails(UNKNOWN);
            }
        });
        assertThat(client().list(ROOT)).extracting(Seen.Listed::name).containsExactly("there");
    }

    @Test
    default void everyOperationAnswersForIdsThatWereNeverGiven() {
        forgivingOperations().forEach((name, operation) -> {
            for (var id : forged()) {
                assertThat(operation.apply(id)).as(name).isNotNull();
            }
        });
        assertThat(client().getattr(ROOT).isOk()).isTrue();
    }

    @Test
    default void forgedIdsReachNoOtherNode() {
        var known = file("a", "mine");
        for (var id : forged()) {
            if (id != known.nodeId() && id != ROOT) {
                client().getattr(id).fails(UNKNOWN);
            }
            if (id != known.opened().handle()) {
                client().read(Seen.Opened.forged(known.nodeId(), id), 0, 4).fails(UNKNOWN);
                client().write(Seen.Opened.forged(known.nodeId(), id), 0, new byte[4])
                        .fails(UNKNOWN);
            }
            client().forget(id == known.nodeId() || id == ROOT ? 0 : id, 1);
        }
        assertThat(content(known.opened())).isEqualTo("mine");
    }

    @Test
    default void aReleasedHandleIsRefused() {
        var first = file("a", "one");
        client().release(first.opened()).ok();
        client().read(first.opened(), 0, 3).fails(Errno.EBADF, Errno.ESTALE);
        var second = file("b", "two");
        assertThat(second.opened().handle()).isNotEqualTo(first.opened().handle());
        client().read(first.opened(), 0, 3).fails(Errno.EBADF, Errno.ESTALE);
        client().write(first.opened(), 0, new byte[3]).fails(Errno.EBADF, Errno.ESTALE);
        var directory = client().opendir(ROOT).ok();
        client().releasedir(directory).ok();
        client().readdir(directory, 0, Client.NAMES_BYTES).fails(Errno.EBADF, Errno.ESTALE);
    }

    @Test
    default void aHandleIsGoodOnlyForItsKind() {
        var file = file("a", "x").opened();
        var directory = client().opendir(ROOT).ok();
        client().read(directory, 0, 10).fails(Errno.EBADF, Errno.EISDIR, Errno.EINVAL);
        client().write(directory, 0, new byte[1]).fails(Errno.EBADF, Errno.EISDIR, Errno.EINVAL);
        client().readdir(file, 0, Client.NAMES_BYTES).fails(Errno.EBADF, Errno.ENOTDIR, Errno.EINVAL);
        client().readdirplus(file, 0, Client.NAMES_BYTES).fails(Errno.EBADF, Errno.ENOTDIR, Errno.EINVAL, Errno.ENOSYS);
    }

    @Test
    default void offsetsBeyondAllFilesAreRefused() {
        var file = file("a", "unharmed").opened();
        for (long offset : new long[] {-1, Long.MIN_VALUE, -4096}) {
            client().read(file, offset, 10).fails(Errno.EINVAL, Errno.EFBIG, Errno.EOVERFLOW);
            client().write(file, offset, new byte[10]).fails(Errno.EINVAL, Errno.EFBIG, Errno.EOVERFLOW);
            client().truncate(file.nodeId(), offset).fails(Errno.EINVAL, Errno.EFBIG, Errno.EOVERFLOW);
        }
        for (long offset : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 9}) {
            client().write(file, offset, new byte[10]).fails(Errno.EINVAL, Errno.EFBIG, Errno.EOVERFLOW);
            var read = client().read(file, offset, 10);
            assertThat(read.isOk() ? read.value().length : 0).isZero();
        }
        assertThat(content(file)).isEqualTo("unharmed");
    }

    @Test
    default void aRequestWithoutBytesIsAnswered() {
        var file = file("a", "x").opened();
        assertThat(client().read(file, 0, 0).ok()).isEmpty();
        assertThat(client().write(file, 0, new byte[0]).ok()).isZero();
        assertThat(content(file)).isEqualTo("x");
    }

    @Test
    default void attributeNamesOfAnyBytesAreHarmless() {
        var node = file("a", "").nodeId();
        for (var name : List.of("", "x", "user.", "trusted.x", "../../x", "user." + "n".repeat(300))) {
            assertThat(client().getxattr(node, name, 100)).isNotNull();
            assertThat(client().setxattr(node, name, "v".getBytes(UTF_8), 0)).isNotNull();
            assertThat(client().removexattr(node, name)).isNotNull();
        }
    }
}
