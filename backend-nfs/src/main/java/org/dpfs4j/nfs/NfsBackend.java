package org.dpfs4j.nfs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.config.Need;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.rpc.Dialer;
import org.dpfs4j.nfs.v4.Client;
import org.dpfs4j.nfs.v4.ClientConfig;

/**
 * An export of an NFS server. Each device is a client of its own to the server, which is asked at the guest's mount: the
 * server may come later than we do.
 */
public final class NfsBackend implements Backend {
    /** What says who we are, and what the C library reads to find a server by its name. */
    private static final List<Path> READ = List.of(
            ClientNames.MACHINE_ID,
            Path.of("/etc/hosts"),
            Path.of("/etc/resolv.conf"),
            Path.of("/etc/nsswitch.conf"),
            Path.of("/etc/gai.conf"));

    private final NfsConfig config;
    private final ClientNames names;
    private volatile Lanes lanes;

    NfsBackend(NfsConfig config) {
        this.config = config;
        names = new ClientNames(config.clientName(), config.export());
    }

    @Override
    public List<Need> needs() {
        var needs = new ArrayList<Need>(List.of(new Need.Network()));
        READ.stream().filter(Files::exists).map(Need.Reading::new).forEach(needs::add);
        if (config.connection().tls() != null) {
            config.connection().tls().files().forEach(file -> needs.add(new Need.Reading(file)));
        }
        return needs;
    }

    @Override
    public CompletionStage<Void> start(Lanes served) {
        lanes = served;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Share> open(Tenant tenant) {
        if (lanes == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("the backend has not been started"));
        }
        var name = names.take(tenant.tag());
        var recordBytes = config.connection().recordBytesMax();
        var client = new Client(
                new ClientConfig(
                        name,
                        Credential.unix(ClientNames.host(), 0, 0),
                        config.minorVersion(),
                        recordBytes,
                        recordBytes,
                        config.giveUpAfter()),
                new Dialer(config.connection()));
        return new Mounting(config, tenant, client, () -> names.free(name)).begin(lanes.next());
    }

    @Override
    public void close() {
        lanes = null;
    }
}
