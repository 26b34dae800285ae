package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.io.IOException;
import java.nio.file.Path;
import org.dpfs4j.client.Seen;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Fixture;

/** A guest of an export, for tests of one thing at a time. */
final class Guest implements AutoCloseable {
    private final Fixture fixture;

    /** Mounts the export, which must be there. */
    Guest(Lanes lanes, NfsConfig config, Path scratch) throws IOException {
        fixture = new Fixture(lanes, new NfsBackend(config), scratch);
    }

    Client client() {
        return fixture.client();
    }

    Fixture fixture() {
        return fixture;
    }

    /** The client of the server that stands behind it. */
    org.dpfs4j.nfs.v4.Client session() {
        return ((NfsShare) fixture.share()).client();
    }

    /** A new file in the root with this content, open. */
    Seen.Opened file(String name, String content) {
        var made = client().create(ROOT_ID, name, 0644).ok().opened();
        if (!content.isEmpty()) {
            client().write(made, 0, content.getBytes(UTF_8)).ok();
        }
        return made;
    }

    /** What is in a file, up to 4 KiB. */
    String content(Seen.Opened file) {
        return new String(client().read(file, 0, 4096).ok(), UTF_8);
    }

    @Override
    public void close() {
        fixture.close();
    }
}
