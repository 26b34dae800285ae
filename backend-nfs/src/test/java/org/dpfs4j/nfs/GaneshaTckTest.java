package org.dpfs4j.nfs;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.Ganesha;
import org.dpfs4j.tck.FileSystemTck;
import org.dpfs4j.tck.XattrRules;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a backend, kept with NFS-Ganesha on a directory of this machine. */
class GaneshaTckTest extends FileSystemTck {
    @TempDir
    static Path home;

    private static Ganesha server;
    private static int trees;

    @BeforeAll
    static void startServer() throws Exception {
        server = Ganesha.start(home);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Backend backend(Path scratch) throws IOException {
        var name = "tree" + trees++;
        Files.createDirectory(server.directory().resolve(name));
        return new NfsBackend(Configs.of(server.port(), server.path(Export.VFS) + '/' + name));
    }

    @Override
    protected Map<String, String> gaps() {
        var gaps = new HashMap<String, String>();
        gaps.put("aNodeOutlivesItsName", "a server forgets a file with its last name, unless it is open");
        gaps.put("exchangeSwapsTwoNames", "NFS has no such operation");
        gaps.put("attributesOfASymbolicLinkAreItsOwn", "Ganesha takes times for a link, and keeps its own");
        gaps.put(
                "aReaderBecomesAWriterThroughAnotherDescriptor",
                "servers know an owner by one open file, which is for reading only");
        gaps.put("flockIsOfTheWholeFileAndKnowsNothingOfRanges", "a server has one kind of locks");
        gaps.put("theWaitThatClosesACircleIsRefused", "nobody knows of all waits: servers do not look for circles");
        Arrays.stream(XattrRules.class.getDeclaredMethods())
                .filter(rule -> rule.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .filter(rule -> !rule.equals("aForgedNodeHasNoAttributes"))
                .forEach(rule -> gaps.put(rule, "Ganesha has no extended attributes"));
        return gaps;
    }
}
