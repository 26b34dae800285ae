package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.tck.ProviderLibrary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Real Linux guests on our server, through the DPU's transport: its provider is a vhost-user back end here. */
class SnapIT extends GuestRules {
    private static Path library;

    @BeforeAll
    static void compile(@TempDir Path folder) throws IOException {
        library = ProviderLibrary.compile("vhost", folder);
    }

    static Stream<GuestMatrix> matrix() {
        return Boolean.getBoolean("dpfs4j.all")
                ? GuestMatrix.pairwise().stream()
                : Stream.of(new GuestMatrix(KernelSource.NEWEST, 2, 4, 128, true));
    }

    @Override
    ShareServer serve(Path share, int requestQueues) throws IOException, InterruptedException {
        return ShareServer.throughProvider(home, library, share, Guests.TAG, requestQueues);
    }
}
