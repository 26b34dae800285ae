package org.dpfs4j.fuse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.InitOut;
import org.dpfs4j.wire.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a guest and a device have agreed on, from INIT to DESTROY, reset or the next INIT. All queues of the device share it;
 * they read it without a lock, and see a new session with their next request.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final long OWN_FLAGS = InitFlags.MAX_PAGES | InitFlags.INIT_EXT;
    private static final int MAX_BACKGROUND = 0xffff;
    private static final int CONGESTION_THRESHOLD = MAX_BACKGROUND / 4 * 3;
    private static final int PAGE_BYTES = 4096;
    /** {@code struct fuse_in_header} and {@code struct fuse_write_in}: more than stands before the data of a READ. */
    private static final int HEADERS_BYTES = 80;

    private static final int SMALL_WRITE_BYTES = 32 * PAGE_BYTES;

    /** A guest begins and ends sessions as it likes. */
    private final LogBudget log = new LogBudget();

    private final String tag;
    private final Map<String, Backend> backends;
    private final Lanes lanes;
    private long epoch;
    private volatile ClientArch clientArch;

    /** Bytes of data in a READ or WRITE at most, whole pages. */
    private volatile int transferBytes = Limits.TRANSFER_BYTES;

    private volatile Mounted mounted;

    /** What backends open for the guest that waits for it just now. */
    private List<CompletableFuture<Share>> opening = List.of();

    /** A session of a device; {@code backends} by path, the root first. */
    Session(String tag, ClientArch clientArch, Map<String, Backend> backends, Lanes lanes) {
        this.tag = tag;
        this.clientArch = clientArch;
        this.backends = new LinkedHashMap<>(backends);
        this.lanes = lanes;
    }

    /** What the device's guest may make us write to the log. */
    LogBudget log() {
        return log;
    }

    /** The guest's ABI. */
    ClientArch clientArch() {
        return clientArch;
    }

    /** Guests that mount from now on have this one. */
    void clientArch(ClientArch known) {
        clientArch = known;
    }

    /** Guests that mount from now on send and ask for no more than this. */
    void messagesHaveAtMost(long bytes) {
        var pages = Math.max(1, (bytes - HEADERS_BYTES) / PAGE_BYTES);
        transferBytes = (int) Math.min(Limits.TRANSFER_BYTES, pages * PAGE_BYTES);
    }

    /** The session as it is, or null before INIT and after its end. */
    Mounted mounted() {
        return mounted;
    }

    /** Answers INIT when every mount is usable; a session that was open before ends first. */
    void init(Slot slot, InitIn in) {
        end();
        if (in.major() > Protocol.MAJOR) {
            // The guest shall ask again with a version that we have; nothing but the numbers counts.
            slot.views().init().major(Protocol.MAJOR).minor(Protocol.MINOR);
            slot.ok();
            return;
        }
        if (in.major() < Protocol.MAJOR || in.minor() < Protocol.OLDEST_MINOR) {
            if (log.take()) {
                LOG.warn(
                        "{}: a guest with FUSE {}.{} is too old; {}.{} is the oldest that is served",
                        tag,
                        Integer.toUnsignedString(in.major()),
                        Integer.toUnsignedString(in.minor()),
                        Protocol.MAJOR,
                        Protocol.OLDEST_MINOR);
            }
            slot.fail(Errno.EPROTO);
            return;
        }
        var offer = new Offer(in.minor(), in.maxReadaheadBytes(), in.flags());
        var token = slot.defer();
        var mine = epoch();
        open(new Tenant(tag, clientArch, offer.flags), mine).whenComplete((mounts, failure) -> {
            if (failure == null) {
                opened(slot, token, offer, mounts, mine);
            } else {
                failed(slot, token, root(failure));
            }
        });
    }

    private void failed(Slot slot, Deferred token, Throwable why) {
        if (why instanceof CancellationException) {
            token.answer(() -> slot.fail(Errno.EINTR)); // the guest has begun anew, or has gone
            return;
        }
        if (log.take()) {
            LOG.error("{}: the mount cannot be opened: {}", tag, why.getMessage());
        }
        token.answer(() -> slot.fail(Errno.EIO));
    }

    /** What went wrong, without the futures' wrapping. */
    private static Throwable root(Throwable failure) {
        return failure.getCause() == null ? failure : root(failure.getCause());
    }

    private record Offer(int minor, long readaheadBytes, long flags) {}

    private CompletableFuture<List<Mount>> open(Tenant tenant, long mine) {
        var shares = new ArrayList<CompletableFuture<Share>>();
        var mounts = new ArrayList<CompletableFuture<Mount>>();
        var alone = backends.size() == 1;
        backends.forEach((path, backend) -> {
            var index = mounts.size();
            var name = path.substring(1);
            var opened = share(backend, tenant).toCompletableFuture();
            shares.add(opened);
            mounts.add(opened.thenApply(share -> new Mount(index, name, share, lanes.count(), alone)));
        });
        await(shares, mine);
        return CompletableFuture.allOf(mounts.toArray(new CompletableFuture<?>[0]))
                .handle((none, failure) -> {
                    if (failure != null) {
                        mounts.stream()
                                .filter(one -> !one.isCompletedExceptionally())
                                .forEach(one -> one.join().share().close());
                        throw new IllegalStateException(failure.getCause());
                    }
                    return mounts.stream().map(CompletableFuture::join).toList();
                });
    }

    /** Remembers what is waited for; nothing any more, when the device was reset meanwhile. */
    private void await(List<CompletableFuture<Share>> shares, long mine) {
        synchronized (this) {
            if (epoch == mine) {
                opening = shares;
                return;
            }
        }
        shares.forEach(share -> share.cancel(false));
    }

    /** A backend that throws fails like one that says so. */
    private static CompletionStage<Share> share(Backend backend, Tenant tenant) {
        try {
            return backend.open(tenant);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The session begins even when its INIT is not waited for any more: the next INIT or reset ends it. */
    private void opened(Slot slot, Deferred token, Offer offer, List<Mount> mounts, long mine) {
        var several = mounts.size() > 1 ? InitFlags.SUBMOUNTS : 0;
        var flags = offer.flags & (OWN_FLAGS | several | Mounted.features(mounts));
        var opened = new Mounted(mounts, flags);
        if (!begin(opened, mine)) {
            opened.close();
            token.answer(() -> slot.fail(Errno.EINTR));
            return;
        }
        if (log.take()) {
            LOG.info(
                    "{}: mounted by a guest with FUSE {}.{}, flags {}",
                    tag,
                    Protocol.MAJOR,
                    offer.minor,
                    Long.toHexString(flags));
        }
        token.answer(() -> {
            answer(slot.views().init(), offer, flags);
            slot.ok();
        });
    }

    private void answer(InitOut out, Offer offer, long flags) {
        var large = (flags & InitFlags.MAX_PAGES) != 0;
        out.major(Protocol.MAJOR)
                .minor(Math.min(offer.minor, Protocol.MINOR))
                .maxReadaheadBytes(offer.readaheadBytes)
                .flags(flags)
                .maxBackground(MAX_BACKGROUND)
                .congestionThreshold(CONGESTION_THRESHOLD)
                .maxWriteBytes(Math.min(transferBytes, large ? Limits.TRANSFER_BYTES : SMALL_WRITE_BYTES))
                .timeGranularityNanos(1)
                .maxPages(large ? transferBytes / PAGE_BYTES : 0);
    }

    private synchronized long epoch() {
        return epoch;
    }

    /** Publishes a session, unless the device was reset while it was being opened. */
    private synchronized boolean begin(Mounted session, long mine) {
        if (epoch != mine) {
            return false;
        }
        mounted = session;
        opening = List.of();
        return true;
    }

    /** Ends the session, if there is one; from any thread. */
    void end() {
        Mounted before;
        List<CompletableFuture<Share>> unwanted;
        synchronized (this) {
            epoch++;
            before = mounted;
            mounted = null;
            unwanted = opening;
            opening = List.of();
        }
        unwanted.forEach(share -> share.cancel(false));
        if (before != null) {
            before.close();
            if (log.take()) {
                LOG.info("{}: unmounted", tag);
            }
        }
    }
}
