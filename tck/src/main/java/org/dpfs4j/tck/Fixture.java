package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.InitFlags;

/** A started backend with a share and a client, for one test. */
public final class Fixture implements AutoCloseable {
    /** What the guest of the rules can do: no writeback cache, so that times and appending are the server's. */
    private static final long OFFERED = InitFlags.ASYNC_READ
            | InitFlags.ATOMIC_O_TRUNC
            | InitFlags.BIG_WRITES
            | InitFlags.DO_READDIRPLUS
            | InitFlags.READDIRPLUS_AUTO
            | InitFlags.PARALLEL_DIROPS
            | InitFlags.MAX_PAGES
            | InitFlags.POSIX_LOCKS
            | InitFlags.FLOCK_LOCKS
            | InitFlags.INIT_EXT;

    private static final long LIMIT_SECONDS = 20;

    private final Lanes lanes;
    private final Backend backend;
    private final int uid;
    private final int gid;
    private final List<Client> clients = new ArrayList<>();
    private final List<Share> shares = new ArrayList<>();
    private final Share share;
    private final Client client;
    private boolean forgiven;

    /** Starts the backend and mounts it; the requests' user is the owner of {@code scratch}. */
    public Fixture(Lanes lanes, Backend backend, Path scratch) throws IOException {
        this.lanes = lanes;
        this.backend = backend;
        uid = (int) Files.getAttribute(scratch, "unix:uid");
        gid = (int) Files.getAttribute(scratch, "unix:gid");
        await(backend.start(lanes));
        share = openShare();
        client = attach(share, 0);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the backend is not usable", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The client of the first share on the first lane. */
    public Client client() {
        return client;
    }

    /** The first share. */
    public Share share() {
        return share;
    }

    /** What is negotiated for the first share. */
    public long negotiated() {
        return share.features() & OFFERED;
    }

    /** One more share of the backend, as for one more device. */
    public Share openShare() {
        var opened = await(backend.open(new Tenant("tck" + shares.size(), ClientArch.own(), OFFERED)));
        shares.add(opened);
        return opened;
    }

    /** Closes a share early. */
    public void close(Share early) {
        shares.remove(early);
        early.close();
    }

    /** A client of a share on another lane; requests come from the user that runs the test. */
    public Client attach(Share of, int lane) {
        var attached = new Client(lanes.lane(lane), of, of.features() & OFFERED);
        attached.actAs(uid, gid);
        clients.add(attached);
        return attached;
    }

    /** Who runs the test. */
    public int uid() {
        return uid;
    }

    /** Whose group the test has. */
    public int gid() {
        return gid;
    }

    /** Breaches of contract are expected: the rule is a declared gap. */
    void forgive() {
        forgiven = true;
    }

    /** Ends everything; breaches of contract come to light here. */
    @Override
    public void close() {
        clients.forEach(Client::close);
        shares.forEach(Share::close);
        backend.close();
        if (!forgiven) {
            assertThat(clients).allSatisfy(each -> assertThat(each.violations()).isEmpty());
        }
    }
}
