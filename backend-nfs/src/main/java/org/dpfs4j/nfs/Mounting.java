package org.dpfs4j.nfs;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lane;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.nfs.v4.Attributes;
import org.dpfs4j.nfs.v4.Client;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.LaneSession;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;

/** The way from a guest's INIT to a share: waits for the first session, then looks for the export. */
final class Mounting {
    private static final int HEADER_BYTES = 1024;
    private static final int TRANSFER_MIN = 512;
    private static final int PAGE_BYTES = 4096;

    private final NfsConfig config;
    private final Tenant tenant;
    private final Client client;
    private final Runnable ended;
    private final CompletableFuture<Share> share = new CompletableFuture<>();

    Mounting(NfsConfig config, Tenant tenant, Client client, Runnable ended) {
        this.config = config;
        this.tenant = tenant;
        this.client = client;
        this.ended = ended;
    }

    /** Begins; whoever cancels what is returned ends it. */
    CompletableFuture<Share> begin(Lane lane) {
        share.whenComplete((opened, failure) -> {
            if (failure != null) {
                client.close();
                ended.run();
            }
        });
        var session = client.attach(lane);
        client.usable().thenRun(() -> lane.execute(() -> find(session)));
        return share;
    }

    private void find(LaneSession session) {
        var path = Arrays.stream(config.export().split("/"))
                .filter(name -> !name.isEmpty())
                .toList();
        var call = session.call(client.config().machine());
        call.putrootfh();
        path.forEach(name -> call.lookup(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        call.getfh();
        call.getattr(AttributeMask.SERVER);
        call.submit((asked, results) -> {
            if (results.isOk()) {
                found(path.size(), session, results);
            } else {
                fail(reason(results.status()));
            }
        });
    }

    private String reason(int status) {
        var export =
                "the export " + config.export() + " of " + config.connection().host();
        return switch (status) {
            case Status.NOENT -> export + " is not there";
            case Status.NO_ANSWER -> export + " cannot be looked up: the server does not answer";
            case Status.NONSENSE -> export + " cannot be used: the server describes it in a way that makes no sense";
            case Status.WRONGSEC -> export + " is refused: the server wants more than AUTH_SYS";
            case Status.MOVED -> export + " is on another server now";
            case Status.REFUSED -> export + " is refused: the server does not take who we are (AUTH_SYS)";
            default -> export + " cannot be used: " + Status.errno(status) + " (NFS status " + status + ")";
        };
    }

    /** Ends it with a sentence for the operator. */
    void fail(String sentence) {
        share.completeExceptionally(new IOException(sentence));
    }

    private void found(int names, LaneSession session, Results results) {
        var attributes = new Attributes();
        var handle = new FileHandle();
        results.exportFound(names, handle, attributes);
        client.lease(TimeUnit.SECONDS.toNanos(attributes.leaseSeconds()));
        var limits = client.limits();
        var facts = new ServerFacts(
                transfer(config.readBytes(), attributes.readBytesMax(), limits.replyBytes()),
                transfer(config.writeBytes(), attributes.writeBytesMax(), limits.requestBytes()),
                attributes.hasXattrs(),
                attributes.createsOnce());
        var root = new NfsNode(handle.copy(), attributes);
        share.complete(new NfsShare(config, tenant, client, session, facts, root, ended));
    }

    /** As much as we want, the server takes and the channel carries, in whole pages where it is one. */
    private static int transfer(int wanted, long taken, int channel) {
        var most = Math.min(wanted, channel - HEADER_BYTES);
        if (taken > 0) {
            most = (int) Math.min(most, taken);
        }
        return most < PAGE_BYTES ? Math.max(TRANSFER_MIN, most) : most / PAGE_BYTES * PAGE_BYTES;
    }
}
