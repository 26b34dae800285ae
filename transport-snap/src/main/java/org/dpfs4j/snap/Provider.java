package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A provider's library, loaded and found to fit: {@code provider/vfsp.h}. It is never unloaded. What is opened through it is an
 * {@link OpenProvider}.
 */
public final class Provider {
    /** Another major number is another ABI; minor ones only add. */
    static final int ABI_MAJOR = 1;

    private static final int EMULATORS_MAX = 64;
    private static final int NAME_BYTES = 128;
    private static final int ERROR_BYTES = 512;

    /** {@code struct vfsp_iov, vfsp_req, vfsp_cpl, vfsp_evt, vfsp_info, vfsp_mgr}, in the order of {@code vfsp_sizes}. */
    private static final List<Integer> SIZES = List.of(16, 64, 16, 32, 208, 80);

    private static final List<String> STRUCTS =
            List.of("vfsp_iov", "vfsp_req", "vfsp_cpl", "vfsp_evt", "vfsp_info", "vfsp_mgr");

    /** {@code struct vfsp_mgr}. */
    private static final int EMULATOR_BYTES = 80;

    private static final long CAPABILITIES = 64;
    private static final long QUEUES_MAX = 68;
    private static final long FUNCTIONS_MAX = 72;
    private static final long FUNCTIONS = 76;

    /** The functions of the ABI, by their names without {@code vfsp_}. */
    enum Function {
        ABI_VERSION,
        SIZES,
        NAME,
        LIST,
        OPEN,
        INFO,
        START,
        ATTACH,
        POLL_IO,
        POLL_CTL,
        COMPLETE,
        POST,
        WAIT_FD,
        ARM,
        RESET_DONE,
        STOP,
        DETACH,
        CLOSE,
        STATS;

        String symbol() {
            return "vfsp_" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path library;
    private final long handle;
    private final Map<Function, MemorySegment> functions;

    private Provider(Path library, long handle, Map<Function, MemorySegment> functions) {
        this.library = library;
        this.handle = handle;
        this.functions = functions;
    }

    /**
     * Loads a library and checks that it is a provider of our ABI.
     *
     * @param library an absolute path: a name alone would be looked for where anybody may have put it
     * @throws ProviderException in one sentence: no such file, not a library, no provider, another ABI
     */
    public static Provider load(Path library) throws ProviderException {
        if (!library.isAbsolute()) {
            throw new ProviderException("the provider " + library + " is not an absolute path");
        }
        var handle = DynamicLinker.load(library);
        var functions = new EnumMap<Function, MemorySegment>(Function.class);
        var missing = new ArrayList<String>();
        for (var function : Function.values()) {
            var address = DynamicLinker.find(handle, function.symbol());
            if (address != null) {
                functions.put(function, address);
            } else {
                missing.add(function.symbol());
            }
        }
        var provider = new Provider(library, handle, functions);
        // A library of another major version may lack functions for that very reason.
        provider.checkVersion();
        if (!missing.isEmpty()) {
            throw new ProviderException(
                    "the provider " + library + " is not complete: it has no " + String.join(", no ", missing));
        }
        provider.checkSizes();
        return provider;
    }

    private void checkVersion() throws ProviderException {
        if (!functions.containsKey(Function.ABI_VERSION)) {
            throw new ProviderException(
                    library + " is a library, but no provider: it has no " + Function.ABI_VERSION.symbol());
        }
        var version = call(Function.ABI_VERSION, 0, 0, 0, 0);
        if (version >>> 16 != ABI_MAJOR) {
            throw new ProviderException("the provider " + library + " has version " + (version >>> 16) + "."
                    + (version & 0xffff) + " of the ABI, and this server needs " + ABI_MAJOR + ".x");
        }
    }

    private void checkSizes() throws ProviderException {
        try (var arena = Arena.ofConfined()) {
            var sizes = arena.allocate(JAVA_INT, SIZES.size());
            var count = call(Function.SIZES, sizes.address(), 0, 0, 0);
            for (int i = 0; i < SIZES.size(); i++) {
                var bytes = i < count ? sizes.getAtIndex(JAVA_INT, i) : 0;
                if (bytes != SIZES.get(i)) {
                    throw new ProviderException("the provider " + library + " has another layout: struct "
                            + STRUCTS.get(i) + " has " + bytes + " bytes there, and " + SIZES.get(i) + " here");
                }
            }
        }
    }

    int call(Function function, long first, long second, long third, long fourth) {
        return DynamicLinker.call(functions.get(function), first, second, third, fourth);
    }

    /** Where a function is. */
    MemorySegment address(Function function) {
        return functions.get(function);
    }

    /** Where a function beyond the ABI is; null when it has none of that name. */
    MemorySegment address(String symbol) {
        return DynamicLinker.find(handle, symbol);
    }

    /** The library's path. */
    public Path library() {
        return library;
    }

    /** What it calls itself, such as {@code "doca 3.3.0"}. */
    public String name() {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocate(NAME_BYTES);
            call(Function.NAME, name.address(), NAME_BYTES, 0, 0);
            return text(name, 0, NAME_BYTES);
        }
    }

    /**
     * The devices of this machine that emulate others.
     *
     * @throws ProviderException when it cannot tell: no permission, no such hardware
     */
    public List<Emulator> emulators() throws ProviderException {
        try (var arena = Arena.ofConfined()) {
            var found = arena.allocate((long) EMULATORS_MAX * EMULATOR_BYTES, Long.BYTES);
            var error = arena.allocate(ERROR_BYTES);
            var count = call(Function.LIST, found.address(), EMULATORS_MAX, error.address(), ERROR_BYTES);
            if (count < 0) {
                throw new ProviderException("the provider " + library + " cannot list what emulates devices here: "
                        + reason(error, -count));
            }
            var emulators = new ArrayList<Emulator>();
            for (int i = 0; i < Math.min(count, EMULATORS_MAX); i++) {
                emulators.add(emulator(found.asSlice((long) i * EMULATOR_BYTES, EMULATOR_BYTES)));
            }
            return emulators;
        }
    }

    private static Emulator emulator(MemorySegment struct) {
        return new Emulator(
                text(struct, 0, CAPABILITIES),
                struct.get(JAVA_INT, CAPABILITIES),
                Integer.toUnsignedLong(struct.get(JAVA_INT, QUEUES_MAX)),
                Integer.toUnsignedLong(struct.get(JAVA_INT, FUNCTIONS_MAX)),
                Integer.toUnsignedLong(struct.get(JAVA_INT, FUNCTIONS)));
    }

    /**
     * Opens devices.
     *
     * @param lines {@code key=value} each
     * @throws ProviderException what the provider says
     */
    OpenProvider open(List<String> lines) throws ProviderException {
        try (var arena = Arena.ofConfined()) {
            var handleAt = arena.allocate(JAVA_LONG);
            var error = arena.allocate(ERROR_BYTES);
            var text = arena.allocateFrom(String.join("\n", lines) + "\n");
            var result = call(Function.OPEN, text.address(), handleAt.address(), error.address(), ERROR_BYTES);
            if (result < 0) {
                throw new ProviderException(
                        "the provider " + library + " cannot open its devices: " + reason(error, -result));
            }
            return new OpenProvider(this, handleAt.get(JAVA_LONG, 0));
        }
    }

    /** The provider's own words, on one line, or the C library's. */
    private static String reason(MemorySegment error, int errno) {
        var text = text(error, 0, ERROR_BYTES).strip().replaceAll("\\s+", " ");
        return text.isEmpty() ? DynamicLinker.describe(errno) : text;
    }

    /** A text that ends at a NUL, or where its room does. */
    static String text(MemorySegment struct, long offset, long room) {
        var bytes = struct.asSlice(offset, room).toArray(JAVA_BYTE);
        var length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
