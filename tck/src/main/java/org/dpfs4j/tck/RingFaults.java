package org.dpfs4j.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.PackedDriverRing;
import org.dpfs4j.client.SplitDriverRing;
import org.dpfs4j.client.VhostUserFrontEnd;

/** How faults are committed on virtqueues in memory, split and packed. */
final class RingFaults {
    private static final long NOWHERE = 0x100;
    private static final long END = VhostUserFrontEnd.RAM + VhostUserFrontEnd.RAM_BYTES;
    private static final int TABLE_ENTRIES = 256;

    private final VhostUserFrontEnd driver;
    private final DriverRing ring;
    private final long buffer;
    private final long table;

    /** Descriptors of a split ring that are written by hand, and the id of a packed chain: what regular chains get last. */
    private final int raw;

    RingFaults(VhostUserFrontEnd driver, DriverRing ring) {
        this.driver = driver;
        this.ring = ring;
        raw = ring.entries() - 2;
        buffer = driver.ram().allocate(64, 16);
        table = driver.ram().allocate(16L * TABLE_ENTRIES, 16);
    }

    List<IntSupplier> ways(RingFault fault) {
        return switch (fault) {
            case ADDRESS_OUTSIDE -> addresses(0, NOWHERE, VhostUserFrontEnd.RAM - 8, END, 1L << 40);
            case ADDRESS_PARTLY_OUTSIDE -> addresses(VhostUserFrontEnd.RAM - 4, END - 4);
            case ADDRESS_WRAPS -> addresses(-8, -4, Long.MAX_VALUE - 3, Long.MIN_VALUE);
            case LENGTH_HUGE -> lengths(-1, -4096, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LOOP -> List.of(this::loop);
            case SUCCESSOR_OUTSIDE -> split(() -> raw(buffer, 8, DriverRing.NEXT, ring.entries()));
            case ID_OUTSIDE -> ids(ring.entries(), ring.entries() + 1, 1024, 32768, 65535);
            case WRITABLE_FIRST -> List.of(() -> writableFirst(false), () -> writableFirst(true));
            case TABLE_NESTED -> List.of(this::nested);
            case TABLE_WITH_SUCCESSOR -> List.of(this::tableWithSuccessor);
            case TABLE_ODD -> tables(table, 0, 1, 15, 17, 31, -16, -1);
            case TABLE_OUTSIDE -> tablesAt(0, NOWHERE, END, END - 8, -16, -8, Long.MAX_VALUE - 15);
            case TABLE_LOOP -> split(() -> linkedTable(1, 0));
            case TABLE_SUCCESSOR_OUTSIDE -> split(() -> linkedTable(2, 2), () -> linkedTable(65535, 0));
            case TABLE_OVERLONG -> tables(table, 16 * (ring.entries() + 1), 16 * TABLE_ENTRIES);
        };
    }

    private List<IntSupplier> split(IntSupplier... ways) {
        return ring instanceof SplitDriverRing ? List.of(ways) : List.of();
    }

    /** Addresses of 8 bytes: read, written, and in a table. */
    private List<IntSupplier> addresses(long... addresses) {
        return LongStream.of(addresses)
                .boxed()
                .<IntSupplier>mapMulti((address, ways) -> {
                    ways.accept(() -> ring.add(List.of(new Buffer(address, 8, false)), false));
                    ways.accept(() -> ring.add(List.of(new Buffer(address, 8, false)), true));
                    ways.accept(
                            () -> ring.add(List.of(new Buffer(buffer, 8, false), new Buffer(address, 8, true)), false));
                })
                .toList();
    }

    private List<IntSupplier> lengths(int... lengths) {
        return IntStream.of(lengths)
                .mapToObj(length -> (IntSupplier) () -> ring.add(List.of(new Buffer(buffer, length, false)), false))
                .toList();
    }

    private List<IntSupplier> ids(int... ids) {
        return IntStream.of(ids).mapToObj(id -> (IntSupplier) () -> offer(id)).toList();
    }

    private int offer(int id) {
        switch (ring) {
            case SplitDriverRing split -> split.offer(id);
            case PackedDriverRing packed -> packed.addRaw(List.of(new Buffer(buffer, 8, false)), id, 0);
        }
        return id;
    }

    private int loop() {
        return switch (ring) {
            case SplitDriverRing split -> {
                DriverRing.descriptor(split.descriptor(raw + 1), buffer, 8, DriverRing.NEXT, raw);
                yield raw(buffer, 8, DriverRing.NEXT, raw + 1);
            }
            case PackedDriverRing packed -> {
                var flags = new int[packed.entries()];
                Arrays.fill(flags, DriverRing.NEXT);
                yield packed.addFlagged(Collections.nCopies(packed.entries(), new Buffer(buffer, 8, false)), flags);
            }
        };
    }

    private int writableFirst(boolean indirect) {
        return ring.add(List.of(new Buffer(buffer, 8, true), new Buffer(buffer + 8, 8, false)), indirect);
    }

    /** One descriptor by hand. */
    private int raw(long address, int length, int flags, int next) {
        switch (ring) {
            case SplitDriverRing split -> {
                DriverRing.descriptor(split.descriptor(raw), address, length, flags, next);
                split.offer(raw);
            }
            case PackedDriverRing packed -> packed.addRaw(List.of(new Buffer(address, length, false)), raw, flags);
        }
        return raw;
    }

    private void entry(int index, int flags, int next) {
        var host = driver.ram().host(table + 16L * index);
        if (ring instanceof SplitDriverRing) {
            DriverRing.descriptor(host, buffer, 8, flags, next);
        } else {
            DriverRing.descriptor(host, buffer, 8, 0, flags);
        }
    }

    private int nested() {
        entry(0, DriverRing.INDIRECT, 0);
        return raw(table, 16, DriverRing.INDIRECT, 0);
    }

    private int tableWithSuccessor() {
        entry(0, 0, 0);
        return switch (ring) {
            case SplitDriverRing split -> {
                DriverRing.descriptor(split.descriptor(raw + 1), buffer, 8, 0, 0);
                yield raw(table, 16, DriverRing.INDIRECT | DriverRing.NEXT, raw + 1);
            }
            case PackedDriverRing packed ->
                packed.addFlagged(
                        List.of(new Buffer(table, 16, false), new Buffer(buffer, 8, false)),
                        DriverRing.INDIRECT | DriverRing.NEXT,
                        0);
        };
    }

    private int linkedTable(int firstNext, int secondNext) {
        entry(0, DriverRing.NEXT, firstNext);
        entry(1, DriverRing.NEXT, secondNext);
        return raw(table, 32, DriverRing.INDIRECT, 0);
    }

    /** Tables of good descriptors, of these lengths in bytes. */
    private List<IntSupplier> tables(long at, int... lengths) {
        var ways = new ArrayList<IntSupplier>();
        for (var length : lengths) {
            ways.add(() -> {
                for (int i = 0; i < TABLE_ENTRIES; i++) {
                    entry(i, ring instanceof SplitDriverRing ? DriverRing.NEXT : 0, i + 1);
                }
                return raw(at, length, DriverRing.INDIRECT, 0);
            });
        }
        return ways;
    }

    private List<IntSupplier> tablesAt(long... places) {
        return LongStream.of(places)
                .mapToObj(at -> (IntSupplier) () -> raw(at, 16, DriverRing.INDIRECT, 0))
                .toList();
    }
}
