package org.dpfs4j.nfs;

import java.time.Duration;
import org.dpfs4j.config.Section;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.BackendProvider;
import org.dpfs4j.nfs.rpc.ConnectionConfig;

/** Makes backends of {@code type = "nfs"}. */
public final class NfsProvider implements BackendProvider {
    private static final int PORT = 2049;
    private static final int READ_BYTES = 256 << 10;
    private static final int WRITE_BYTES = 1 << 20;
    private static final int HEADER_BYTES = 8 << 10;
    private static final int RECORD_BYTES_MIN = 256 << 10;
    private static final long RETAIN_BYTES = 64 << 20;
    private static final int NODES_MAX = 1_000_000;
    private static final int HANDLES_MAX = 100_000;
    private static final int DELEGATIONS_MAX = 1024;

    @Override
    public String type() {
        return "nfs";
    }

    @Override
    public Backend configure(Section section) {
        var server = section.text("server");
        var export = section.text("export");
        var port = section.integer("port", PORT, 1, 65535);
        var clientName = section.text("client-name", "");
        var minorVersion = section.integer("minor-version", 2, 1, 2);
        var readBytes = bytes(section, "rsize", READ_BYTES);
        var writeBytes = bytes(section, "wsize", WRITE_BYTES);
        var connectTimeout = section.duration("connect-timeout", Duration.ofSeconds(10));
        var replyTimeout = section.duration("reply-timeout", Duration.ofSeconds(60));
        var giveUpAfter = section.duration("give-up-after", Duration.ZERO);
        var connections = section.integer("connections", 1, 1, 16);
        var privilegedPort = section.flag("privileged-port", false);
        var callers = callers(section);
        var tls = Encryption.read(section, server, port);
        var times = new NfsConfig.Times(
                section.duration("attr-timeout", Duration.ofSeconds(1)),
                section.duration("entry-timeout", Duration.ofSeconds(1)),
                section.duration("negative-timeout", Duration.ZERO));
        var tables = new NfsConfig.Tables(
                section.integer("nodes-max", NODES_MAX, 1, 1 << 30),
                section.integer("handles-max", HANDLES_MAX, 1, 1 << 24));
        var retainBytes = section.size("retain-max", RETAIN_BYTES);
        var sillyRename = section.flag("silly-rename", true);
        var delegations = section.flag("delegations", false);
        var recordBytes = Math.max(RECORD_BYTES_MIN, Math.max(readBytes, writeBytes)) + HEADER_BYTES;
        var config = section.build(() -> new NfsConfig(
                new ConnectionConfig(
                        server, port, connectTimeout, replyTimeout, recordBytes, privilegedPort, tls, connections),
                export,
                clientName,
                minorVersion,
                readBytes,
                writeBytes,
                giveUpAfter,
                callers,
                times,
                tables,
                retainBytes,
                sillyRename,
                delegations ? DELEGATIONS_MAX : 0));
        return config == null ? null : new NfsBackend(config);
    }

    private static Callers callers(Section section) {
        var squash = section.choice("squash", Callers.Squash.NONE);
        var uid = section.integer("anonymous-uid", Callers.NOBODY, 0, Integer.MAX_VALUE);
        var gid = section.integer("anonymous-gid", Callers.NOBODY, 0, Integer.MAX_VALUE);
        try {
            return new Callers(squash, uid, gid, Callers.groups(section.texts("groups")));
        } catch (IllegalArgumentException e) {
            section.problem("groups", e.getMessage());
            return Callers.THEMSELVES;
        }
    }

    private static int bytes(Section section, String key, int otherwise) {
        return (int) Math.min(Integer.MAX_VALUE, section.size(key, otherwise));
    }
}
