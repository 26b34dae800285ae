package org.dpfs4j.nfs;

import java.nio.file.Path;
import java.time.Duration;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.nfsserver.MockServer;

/** The rules of a backend hold as well where every file that is read is delegated. */
class DelegatedTckTest extends MockTckTest {
    @Override
    protected Backend backend(Path scratch) {
        server = MockServer.start();
        server.grantDelegations(true);
        server.recallFromOthersOnly();
        return new NfsBackend(Configs.delegated(server.port(), "/", Duration.ZERO, 100));
    }
}
