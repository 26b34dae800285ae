package org.dpfs4j.nfs;

import java.nio.file.Path;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.TestAuthority;

/** The rules of a backend, kept over TLS. */
class EncryptedTckTest extends MockTckTest {
    private static final TestAuthority AUTHORITY = authority();

    private static TestAuthority authority() {
        try {
            return new TestAuthority();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Backend backend(Path scratch) {
        try {
            server = MockServer.start(AUTHORITY.serverAt("127.0.0.1"));
            return new NfsBackend(Configs.of(server.port(), Configs.tls(AUTHORITY, scratch)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
