package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules of access need root; each opens its tree with the keys it is about. */
@ParameterizedClass
@EnumSource(
        value = Ground.class,
        names = {"DISK", "MEMORY", "REMOTE"})
class AccessTest {
    static final long ROOT = Protocol.ROOT_ID;
    static final int SET_UID = 04000;
    static final int SET_GID = 02000;

    /** A file that runs as its owner and its group. */
    static final int SET_IDS = SET_UID | SET_GID | 0777;

    @Parameter
    Ground ground;

    Ground.Site site;
    Client client;

    @BeforeEach
    void needsRoot() throws IOException {
        assumeTrue((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "needs root");
    }

    @AfterEach
    void close() throws IOException {
        if (site != null) {
            site.close();
        }
    }

    /** Serves a tree with these keys. */
    void open(Map<String, Object> keys) {
        site = ground.open(Ground.Settings.access(keys));
        client = site.client;
    }

    /** The permission bits of a file as the host sees them. */
    int permissions(String name) throws IOException {
        return (int) Files.getAttribute(site.path(name), "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    /** The host's owner and group. */
    String owner(String name) throws IOException {
        var ids = Files.readAttributes(site.path(name), "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
        return ids.get("uid") + ":" + ids.get("gid");
    }

    /** What the host has under an attribute's name, of a link itself; or null. */
    byte[] hostAttribute(String file, String name) {
        return onHost(file, calls -> fd -> {
            var value = Memory.allocate(4096);
            var bytes = calls.getXattr(fd, XattrMap.forGood(name), value, 4096);
            var copy = bytes < 0 ? null : Memory.at(value, bytes).toArray(ValueLayout.JAVA_BYTE);
            Memory.free(value);
            return copy;
        });
    }

    /** Gives a file of the host an attribute. */
    void setHostAttribute(String file, String name, byte[] bytes) {
        var result = onHost(file, calls -> fd -> {
            var value = Memory.allocate(bytes.length + 1L);
            Memory.at(value, bytes.length).asByteBuffer().put(bytes);
            var set = calls.setXattr(fd, XattrMap.forGood(name), value, bytes.length, 0);
            Memory.free(value);
            return set;
        });
        assumeTrue(result == 0, "the host refuses " + name + ": " + result);
    }

    private <T> T onHost(String file, Function<FileCalls, IntFunction<T>> question) {
        var syscalls = new Syscalls();
        var path = syscalls.path(site.path(file).toString());
        var flags = OpenFlags.PATH | OpenFlags.NOFOLLOW;
        var fd = (int) syscalls.call(Syscall.OPENAT, -100, path, flags, 0);
        if (fd < 0) {
            throw new AssertionError(file + " is not there: " + fd);
        }
        var answer = question.apply(new FileCalls(syscalls)).apply(fd);
        syscalls.call(Syscall.CLOSE, fd);
        return answer;
    }

    /** The extension that carries a new file's security label. */
    static UnaryOperator<RequestBytes> label(String name, String value) {
        var bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(16);
        bytes.put(name.getBytes(UTF_8)).put((byte) 0).put(value.getBytes(UTF_8));
        var size = (bytes.position() + 7) / 8 * 8;
        bytes.putInt(0, size).putInt(4, 1).putInt(8, value.length());
        return request -> request.header("total_extlen", size / 8).data(bytes.array(), 0, size);
    }
}
