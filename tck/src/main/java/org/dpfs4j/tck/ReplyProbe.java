package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.IoctlReply;
import org.dpfs4j.fs.LockReply;
import org.dpfs4j.fs.OffsetReply;
import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.PollReply;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.StatxReply;
import org.dpfs4j.fs.Waiting;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.fs.XattrReply;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.CreateOut;
import org.dpfs4j.wire.Dirent;
import org.dpfs4j.wire.DirentPlus;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.LkOut;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.StatfsOut;
import org.dpfs4j.wire.StatxOut;

/**
 * A reply that records its answer and watches the contract: one answer, on its lane, within its room. It has every face, as
 * the pipeline's slot has; this makes it longer than other files. Once it is answered, the request's memory is filled with
 * rubbish, as a guest would do that uses it again.
 */
final class ReplyProbe<T>
        implements EntryReply,
                AttrReply,
                OpenReply,
                CreateReply,
                DataReply,
                WriteReply,
                DirReply,
                XattrReply,
                StatfsReply,
                LockReply,
                OffsetReply,
                StatxReply,
                StatusReply,
                IoctlReply,
                PollReply {
    private static final int ENTRY = 0;
    private static final int OTHERS = 512;
    private static final int OUT_BYTES = 1024;

    private final Call call;
    private final Lane lane;
    private final Consumer<String> violations;
    private final Function<ReplyProbe<T>, T> seen;
    private final boolean faults;
    private final CompletableFuture<Answer<T>> answer = new CompletableFuture<>();
    private final MemorySegment out = Arena.ofAuto().allocate(OUT_BYTES, Long.BYTES);
    private final List<Seen.Listed> entries = new ArrayList<>();
    private MemorySegment in;
    private Iovecs list;
    private Scatter data;
    private int used;
    private boolean answered;
    private boolean cancelled;
    private Waiting waiting;
    private byte[] bytes = {};
    private long number;

    /**
     * A reply.
     *
     * @param seen what the test gets of a success; evaluated on the lane before the memory is reused
     * @param faults whether the guest's memory is gone: what touches it throws, and the request fails with EIO
     */
    ReplyProbe(Call call, Lane lane, Consumer<String> violations, Function<ReplyProbe<T>, T> seen, boolean faults) {
        this.call = call;
        this.lane = lane;
        this.violations = violations;
        this.seen = seen;
        this.faults = faults;
    }

    /** Puts the request into memory and asks; on the lane. {@code scatterList} is empty, and given away. */
    void ask(Iovecs scatterList, Function<MemorySegment, Consumer<ReplyProbe<T>>> question) {
        list = scatterList;
        in = call.request().in(Arena.ofAuto());
        if (call.hasScatter()) {
            data = Scatter.ofData(Arena.ofAuto(), call.room());
            data.addTo(list);
        }
        if (call.payload() != null) {
            data.put(call.payload().array());
        }
        try {
            question.apply(in).accept(this);
        } catch (Throwable cause) {
            if (isFault(cause)) {
                fail(Errno.EIO);
                return;
            }
            violations.accept(this + " threw " + cause);
            answer.completeExceptionally(new AssertionError(this + " threw", cause));
        }
    }

    /** Whether this came of memory that is gone, for which nobody is to blame. */
    private boolean isFault(Throwable cause) {
        return faults && cause instanceof InternalError;
    }

    /** What is reached by its address is touched here. */
    private void touch() {
        if (faults) {
            throw new InternalError("a fault in the guest's memory");
        }
    }

    CompletableFuture<Answer<T>> answer() {
        return answer;
    }

    byte[] bytes() {
        return bytes;
    }

    long number() {
        return number;
    }

    List<Seen.Listed> entries() {
        return List.copyOf(entries);
    }

    @Override
    public void fail(Errno errno) {
        finish(() -> new Answer<>(call.text(), errno, null));
    }

    @Override
    public void ok() {
        finish(() -> new Answer<>(call.text(), null, seen.apply(this)));
    }

    @Override
    public void ok(long value) {
        number = value;
        if (call.kind() == Call.Kind.DATA) {
            check(value >= 0 && value <= call.room(), "answered " + value + " bytes of " + call.room());
            bytes = data.bytes((int) value);
        }
        ok();
    }

    @Override
    public void ok(int value) {
        ok((long) value);
    }

    @Override
    public void ok(long address, long length) {
        check(length >= 0, "answered " + length + " bytes");
        if (length > call.room()) {
            fail(Errno.ERANGE);
            return;
        }
        touch();
        bytes = Memory.at(address, length).toArray(ValueLayout.JAVA_BYTE);
        ok();
    }

    @Override
    public void ok(int result, long address, long length) {
        number = result;
        ok(address, length);
    }

    @Override
    public void size(long size) {
        check(sizeOnly(), "answered a size that nobody asked for");
        number = size;
        ok();
    }

    private void finish(Supplier<Answer<T>> result) {
        check(lane.inLane(), "was answered on thread " + Thread.currentThread().getName());
        check(!answered, "was answered twice");
        if (data != null) {
            check(data.guardsAreIntact(), "was answered with bytes outside of its memory");
        }
        var done = result.get();
        answered = true;
        in.fill((byte) 0xa5);
        if (data != null) {
            data.reuse();
        }
        answer.complete(done);
    }

    /** A breach of contract is remembered for the test and stops the one who did it. */
    private void check(boolean holds, String otherwise) {
        if (!holds) {
            violations.accept(this + " " + otherwise);
            throw new IllegalStateException(this + " " + otherwise);
        }
    }

    /** A directory may be filled by a worker; everything else is the lane's. */
    private void open() {
        var filled = call.kind() == Call.Kind.NAMES || call.kind() == Call.Kind.NAMES_PLUS;
        check(
                filled || lane.inLane(),
                "was used on thread " + Thread.currentThread().getName());
        check(!answered, "was used after its answer");
    }

    @Override
    public void broken(Throwable cause) {
        if (!isFault(cause)) {
            violations.accept(this + ": a completion threw " + cause);
        }
        if (!answered) {
            fail(Errno.EIO);
        }
    }

    @Override
    public Deferred defer() {
        open();
        return task -> lane.execute(() -> {
            if (!answered) {
                task.run();
            }
        });
    }

    @Override
    public Deferred park(Waiting how) {
        waiting = how;
        if (cancelled) {
            lane.execute(this::cancel);
        }
        return defer();
    }

    /** Ends the request early, as the pipeline does at INTERRUPT and when its queue stops; on the lane. */
    void cancel() {
        if (answered) {
            return;
        }
        cancelled = true;
        if (waiting == null) {
            lane.cancel(this);
        } else if (waiting.leave()) {
            fail(Errno.EINTR);
        }
    }

    @Override
    public EntryOut entry() {
        open();
        return new EntryOut(out, ENTRY);
    }

    @Override
    public OpenOut opened() {
        open();
        return new OpenOut(out, CreateOut.BYTES - OpenOut.BYTES);
    }

    @Override
    public AttrOut attr() {
        open();
        return new AttrOut(out, OTHERS);
    }

    @Override
    public StatfsOut statfs() {
        open();
        return new StatfsOut(out, OTHERS);
    }

    @Override
    public LkOut lock() {
        open();
        return new LkOut(out, OTHERS);
    }

    @Override
    public StatxOut statx() {
        open();
        return new StatxOut(out, OTHERS);
    }

    @Override
    public Iovecs target() {
        open();
        return list;
    }

    @Override
    public Iovecs source() {
        open();
        touch();
        return list;
    }

    @Override
    public boolean sizeOnly() {
        return call.room() == 0;
    }

    @Override
    public boolean fits(int nameLength) {
        open();
        return used + size(nameLength) <= call.room();
    }

    private int size(int nameLength) {
        return plus() ? DirentPlus.sizeBytes(nameLength) : Dirent.sizeBytes(nameLength);
    }

    private boolean plus() {
        return call.kind() == Call.Kind.NAMES_PLUS;
    }

    @Override
    public void add(long ino, long cookie, int type, long nameAddress, int nameLength) {
        touch();
        check(nameLength >= 1 && nameLength <= Limits.NAME_BYTES, "added a name of " + nameLength + " bytes");
        check(fits(nameLength), "added an entry that does not fit");
        check(ino != 0 && cookie != 0, "added an entry with inode number " + ino + ", cookie " + cookie);
        var name = new String(Memory.at(nameAddress, nameLength).toArray(ValueLayout.JAVA_BYTE), UTF_8);
        check(name.indexOf('/') < 0 && name.indexOf('\0') < 0, "added the name " + name);
        used += size(nameLength);
        entries.add(new Seen.Listed(name, ino, cookie, type, plus() ? Seen.Entry.of(entry()) : null));
        entry().clear();
    }

    @Override
    public String toString() {
        return call.text();
    }
}
