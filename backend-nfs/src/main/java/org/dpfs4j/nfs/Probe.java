package org.dpfs4j.nfs;

import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lane;
import org.dpfs4j.nfs.v4.Client;
import org.dpfs4j.wire.ClientArch;

/** Mounts an export once, to see whether that works, and takes the first thing that does not for the reason. */
final class Probe {
    /** What a server may take to hear that we go. */
    private static final long FAREWELL_MILLIS = 2000;

    private final NfsConfig config;
    private final Client client;

    Probe(NfsConfig config, Client client) {
        this.config = config;
        this.client = client;
    }

    /** Completes with what was found, or exceptionally with a sentence, after {@code connect-timeout} or a little more. */
    CompletableFuture<Optional<String>> begin(Lane lane) {
        var mounting = new Mounting(config, new Tenant("check", ClientArch.own(), 0), client, () -> {});
        client.onDown(why -> mounting.fail(sentence(why)));
        var found = mounting.begin(lane)
                .orTimeout(config.connection().connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .handle(this::found);
        return found.thenCombine(
                client.gone().completeOnTimeout(null, limitMillis(), TimeUnit.MILLISECONDS), (words, gone) -> words);
    }

    private long limitMillis() {
        return config.connection().connectTimeout().toMillis() + FAREWELL_MILLIS;
    }

    private Optional<String> found(Share share, Throwable failure) {
        if (failure instanceof TimeoutException) {
            throw new CompletionException(new IOException(server() + " has not answered within "
                    + config.connection().connectTimeout().toMillis() + " ms"));
        }
        if (failure != null) {
            throw new CompletionException(failure);
        }
        share.close();
        return Optional.of(
                "export " + config.export() + " of " + config.connection().host() + " by NFS 4." + client.minor());
    }

    private String server() {
        return "NFS server " + config.connection().host() + " port "
                + config.connection().port();
    }

    private String sentence(Throwable why) {
        return server()
                + (why instanceof ConnectException ? " refuses connections" : " cannot be used: " + why.getMessage());
    }
}
