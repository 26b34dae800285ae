package org.dpfs4j.bench;

import java.util.concurrent.TimeUnit;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Scatter lists: what each request does with them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IovecsBenchmark {
    private static final int PAGE = 4096;
    private static final int HEADER = 80;

    /** Pages of data in a request: 256 are 1 MiB, and need a borrowed list. */
    @Param({"1", "32", "256"})
    private int pages;

    private IovecPool pool;
    private Iovecs chain;
    private Iovecs data;
    private long memory;
    private long copy;

    /** For JMH. */
    public IovecsBenchmark() {}

    /** A chain whose pages do not touch. */
    @Setup
    public void open() {
        pool = new IovecPool();
        chain = new Iovecs(pool);
        data = new Iovecs(pool);
        memory = Memory.allocate(2L * PAGE * (pages + 1));
        copy = Memory.allocate(HEADER);
    }

    @TearDown
    public void close() {
        chain.close();
        data.close();
        pool.close();
        Memory.free(memory);
        Memory.free(copy);
    }

    /** Builds the list of a chain, copies the header out and slices the data, as the decoder does. */
    @Benchmark
    public long buildCopyAndSlice() {
        chain.clear();
        for (long i = 0; i <= pages; i++) {
            chain.add(memory + 2 * PAGE * i, i == 0 ? HEADER : PAGE);
        }
        chain.copyOut(0, copy, HEADER);
        data.slice(chain, HEADER, (long) pages * PAGE);
        return data.sizeBytes();
    }
}
