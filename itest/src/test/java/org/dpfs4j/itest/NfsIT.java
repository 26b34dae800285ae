package org.dpfs4j.itest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.Ganesha;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real Linux guests on our server on an NFS server: what {@link GuestIT} does on a local directory. */
class NfsIT {
    @TempDir
    Path home;

    static Stream<GuestMatrix> matrix() {
        return (Boolean.getBoolean("dpfs4j.all")
                        ? GuestMatrix.pairwise()
                        : List.of(new GuestMatrix(KernelSource.DEBIAN_13, 2, 4, 128, false)))
                .stream();
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void guestWorksOnTheExport(GuestMatrix wanted) throws Exception {
        try (var ganesha = Ganesha.start(Files.createDirectory(home.resolve("nfs")))) {
            var backing =
                    Backing.nfs(ganesha.address(), ganesha.path(Export.VFS)).with("groups = [\"1000:2000\"]");
            var tree = SharedTree.fill(ganesha.directory());
            Guests.work(wanted, ShareServer.ours(home, backing, Guests.TAG, wanted.requestQueues()), tree);
        }
    }

    @Test
    void userModeGuestWorksOnTheExport() throws Exception {
        try (var ganesha = Ganesha.start(Files.createDirectory(home.resolve("nfs")))) {
            var backing = Backing.nfs(ganesha.address(), ganesha.path(Export.VFS));
            Guests.workInUserMode(home, backing, SharedTree.fill(ganesha.directory()));
        }
    }
}
