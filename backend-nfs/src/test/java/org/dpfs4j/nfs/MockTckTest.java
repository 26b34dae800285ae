package org.dpfs4j.nfs;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.tck.FileSystemTck;
import org.junit.jupiter.api.AfterEach;

/** The rules of a backend, kept with a server that has all of minor version 2. */
class MockTckTest extends FileSystemTck {
    MockServer server;

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Override
    protected Backend backend(Path scratch) {
        server = MockServer.start();
        return new NfsBackend(Configs.of(server.port(), "/"));
    }

    @Override
    protected Map<String, String> gaps() {
        var gaps = new HashMap<String, String>();
        gaps.put("aNodeOutlivesItsName", "a server forgets a file with its last name, unless it is open");
        gaps.put("exchangeSwapsTwoNames", "NFS has no such operation");
        gaps.put(
                "aReaderBecomesAWriterThroughAnotherDescriptor",
                "servers know an owner by one open file, which is for reading only");
        gaps.put("flockIsOfTheWholeFileAndKnowsNothingOfRanges", "a server has one kind of locks");
        gaps.put("theWaitThatClosesACircleIsRefused", "nobody knows of all waits: servers do not look for circles");
        gaps.put("renameReplacesOnlyLikeWithLike", "NFS says only that something is there");
        return gaps;
    }
}
