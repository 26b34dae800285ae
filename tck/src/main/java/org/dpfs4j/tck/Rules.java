package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Protocol;

/** What all rules have at hand. */
public interface Rules {
    /** The root of the tree. */
    long ROOT = Protocol.ROOT_ID;

    /** The backend under test, new for each rule. */
    Fixture fixture();

    /** A guest that has mounted it. */
    default Client client() {
        return fixture().client();
    }

    /** A new file in the root with this content; its handle is open. */
    default Seen.Created file(String name, String content) {
        var made = client().create(ROOT, name, 0644).ok();
        if (!content.isEmpty()) {
            client().write(made.opened(), 0, content.getBytes(UTF_8)).ok();
        }
        return made;
    }

    /** What is in a file from its beginning, up to 4096 bytes. */
    default String content(Seen.Opened file) {
        return new String(client().read(file, 0, 4096).ok(), UTF_8);
    }
}
