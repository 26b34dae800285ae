package org.dpfs4j.nfs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
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
        return new Mounting(config, tenant, client(name), () -> names.free(name)).begin(lanes.next());
    }

    private Client client(String name) {
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
        clients.add(client);
        client.gone().thenRun(() -> clients.remove(client));
        return client;
    }

    @Override
    public CompletionStage<Optional<String>> probe() {
        var name = names.take("check");
        var probe = new Probe(config, client(name));
        return probe.begin(lanes.next()).whenComplete((found, failure) -> names.free(name));
    }

    /** How many clients there are, with those that are just ending. */
    int clientCount() {
        return clients.size();
    }

    @Override
    public void close() {
        lanes = null;
    }
}
