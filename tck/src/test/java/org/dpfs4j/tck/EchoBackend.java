package org.dpfs4j.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.IoctlReply;
import org.dpfs4j.fs.LockReply;
import org.dpfs4j.fs.OffsetReply;
import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.PollReply;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.StatxReply;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.fs.XattrReply;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Name;

/**
 * A backend without files: answers every operation with fixed values, and writes down everything that a file system can read
 * out of a request. What it does instead may be set.
 */
final class EchoBackend implements Backend {
    /** What an operation does instead of the usual answer. */
    @FunctionalInterface
    interface Behaviour {
        /** Answers, or not; true when the usual answer shall be given all the same. */
        boolean act(String operation, Object in, Reply reply);
    }

    private static final int PATTERN_BYTES = 1 << 20;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final MemorySegment pattern = Arena.ofAuto().allocate(PATTERN_BYTES);
    private volatile Behaviour behaviour = (operation, in, reply) -> true;

    EchoBackend() {
        for (int i = 0; i < PATTERN_BYTES; i++) {
            pattern.set(ValueLayout.JAVA_BYTE, i, (byte) ((i * 31) >> 3));
        }
    }

    /** What was asked since the last call, one line each. */
    List<String> seen() {
        var lines = List.copyOf(seen);
        seen.clear();
        return lines;
    }

    void behave(Behaviour other) {
        behaviour = other;
    }

    int sharesOpened() {
        return opened.get();
    }

    int sharesClosed() {
        return closed.get();
    }

    @Override
    public CompletionStage<Void> start(Lanes lanes) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Share> open(Tenant tenant) {
        opened.incrementAndGet();
        return CompletableFuture.completedFuture(new Share() {
            @Override
            public long features() {
                return tenant.offeredFlags();
            }

            @Override
            public FileSystem attach(Lane lane, long negotiatedFlags) {
                return fileSystem();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        });
    }

    @Override
    public void close() {}

    private FileSystem fileSystem() {
        return (FileSystem) Proxy.newProxyInstance(
                FileSystem.class.getClassLoader(), new Class<?>[] {FileSystem.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("forget")) {
                        seen.add("forget " + arguments[0] + " " + arguments[1]);
                        return null;
                    }
                    var reply = (Reply) arguments[1];
                    seen.add(method.getName() + describe(arguments[0]) + payload(reply));
                    if (behaviour.act(method.getName(), arguments[0], reply)) {
                        answer(reply, method.getParameterTypes()[1]);
                    }
                    return null;
                });
    }

    /** Everything that accessors without parameters tell. */
    private static String describe(Object in) throws IllegalAccessException {
        var text = new StringBuilder();
        var accessors = Arrays.stream(in.getClass().getMethods())
                .filter(method -> method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getDeclaringClass() != Object.class)
                .filter(method -> method.getReturnType().isPrimitive() || method.getReturnType() == Name.class)
                .filter(method -> !method.getName().equals("valueAddress"))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        for (var accessor : accessors) {
            try {
                var value = accessor.invoke(in);
                text.append(' ').append(accessor.getName()).append('=');
                text.append(value instanceof Name name ? HexFormat.of().formatHex(name.bytes()) : value);
            } catch (InvocationTargetException e) {
                throw new IllegalStateException(accessor.toString(), e.getCause());
            }
        }
        return text.toString();
    }

    private static String payload(Reply reply) {
        return reply instanceof WriteReply write ? " data=" + Arrays.hashCode(bytes(write.source())) : "";
    }

    private static byte[] bytes(Iovecs list) {
        var copy = Arena.ofAuto().allocate(Math.max(1, list.sizeBytes()));
        list.copyOut(0, copy.address(), list.sizeBytes());
        return copy.asSlice(0, list.sizeBytes()).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The face is chosen by the method, for one object has all of them. */
    private void answer(Reply reply, Class<?> face) {
        if (face == EntryReply.class) {
            ((EntryReply) reply)
                    .entry()
                    .nodeId(5)
                    .generation(6)
                    .entryTimeoutNanos(1_000_000_007)
                    .attr()
                    .ino(8);
            ((EntryReply) reply).ok();
        } else if (face == AttrReply.class) {
            ((AttrReply) reply).attr().attrTimeoutNanos(9).attr().ino(10).mode(0100644);
            ((AttrReply) reply).ok();
        } else if (face == OpenReply.class) {
            ((OpenReply) reply).opened().handle(11).flags(2);
            ((OpenReply) reply).ok();
        } else if (face == CreateReply.class) {
            ((CreateReply) reply).entry().nodeId(12);
            ((CreateReply) reply).opened().handle(13);
            ((CreateReply) reply).ok();
        } else if (face == DataReply.class) {
            var target = ((DataReply) reply).target();
            ((DataReply) reply).ok(target.copyIn(0, pattern.address(), target.sizeBytes()));
        } else if (face == WriteReply.class) {
            ((WriteReply) reply).ok(((WriteReply) reply).source().sizeBytes());
        } else if (face == DirReply.class) {
            list((DirReply) reply);
        } else {
            answerSmall(reply, face);
        }
    }

    private void list(DirReply reply) {
        for (int length = 1; length <= 40 && reply.fits(length); length++) {
            reply.add(length, length, 8, pattern.address() + 100, length);
        }
        reply.ok();
    }

    private void answerSmall(Reply reply, Class<?> face) {
        if (face == XattrReply.class) {
            if (((XattrReply) reply).sizeOnly()) {
                ((XattrReply) reply).size(14);
            } else {
                ((XattrReply) reply).ok(pattern.address(), 14);
            }
        } else if (face == StatfsReply.class) {
            ((StatfsReply) reply).statfs().blocks(15).nameMax(255);
            ((StatfsReply) reply).ok();
        } else if (face == LockReply.class) {
            ((LockReply) reply).lock().start(16).end(17);
            ((LockReply) reply).ok();
        } else if (face == OffsetReply.class) {
            ((OffsetReply) reply).ok(18);
        } else if (face == StatxReply.class) {
            ((StatxReply) reply).statx().attrTimeoutNanos(19);
            ((StatxReply) reply).ok();
        } else if (face == PollReply.class) {
            ((PollReply) reply).ok(20);
        } else if (face == IoctlReply.class) {
            ((IoctlReply) reply).ok(21, Memory.at(pattern.address(), 4).address(), 4);
        } else {
            ((StatusReply) reply).ok();
        }
    }
}
