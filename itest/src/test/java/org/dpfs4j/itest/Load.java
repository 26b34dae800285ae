package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that write and read pages of open files in a directory, each its own, and know of every page what it must hold. What
 * fails or is not as it was written ends the load.
 */
final class Load implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int PAGES = 32;
    private static final Duration STUCK = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A file that one thread works on. */
    private static final class Pages {
        final Path path;
        final FileChannel channel;
        final int[] versions = new int[PAGES];
        final ByteBuffer buffer = ByteBuffer.allocateDirect(PAGE);

        Pages(Path path) throws IOException {
            this.path = path;
            channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }

        void write(int page, int version) throws IOException {
            fill(buffer.clear(), page, version).flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer, (long) page * PAGE + buffer.position());
            }
            versions[page] = version;
        }

        void check(FileChannel from, int page) throws IOException {
            buffer.clear();
            while (buffer.hasRemaining() && from.read(buffer, (long) page * PAGE + buffer.position()) > 0) {
                // The rest of the page.
            }
            var expected = fill(ByteBuffer.allocate(PAGE), page, versions[page]).flip();
            if (versions[page] > 0 && !buffer.flip().equals(expected)) {
                throw new IOException(path + ", page " + page + ": not as written");
            }
        }

        private ByteBuffer fill(ByteBuffer target, int page, int version) {
            long seed = path.getFileName().hashCode() * 31L + page * 1_000_003L + version;
            while (target.hasRemaining()) {
                seed = seed * 6364136223846793005L + 1442695040888963407L;
                target.putLong(seed);
            }
            return target;
        }
    }

    private final List<Pages> files = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger operations = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ended;

    private Load() {}

    /** Opens {@code fileCount} new files in {@code directory} and lets {@code threadCount} threads work on them. */
    static Load start(Path directory, int fileCount, int threadCount) throws IOException {
        var load = new Load();
        for (int file = 0; file < fileCount; file++) {
            load.files.add(new Pages(directory.resolve("file-" + file)));
        }
        for (int thread = 0; thread < threadCount; thread++) {
            int first = thread;
            load.threads.add(
                    Thread.ofPlatform().daemon().name("load-" + first).start(() -> load.work(first, threadCount)));
        }
        return load;
    }

    /** Locks the whole of every file. */
    void lockAll() throws IOException {
        for (var file : files) {
            assertThat(file.channel.tryLock()).as("lock of " + file.path).isNotNull();
        }
    }

    private void work(int first, int step) {
        var random = new Random(first);
        try {
            for (int turn = 1; !ended; turn++) {
                for (int i = first; i < files.size() && !ended; i += step) {
                    var file = files.get(i);
                    file.write(random.nextInt(PAGES), turn);
                    file.check(file.channel, random.nextInt(PAGES));
                    operations.incrementAndGet();
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Writes and reads done so far. */
    int operations() {
        return operations.get();
    }

    /** Waits until some more were done, which proves that the load goes on. */
    void awaitProgress() throws InterruptedException {
        int before = operations();
        for (long end = System.nanoTime() + STUCK.toNanos();
                operations() < before + 2 * files.size();
                Thread.sleep(20)) {
            assertThat(failure.get()).as("failure of the load").isNull();
            assertThat(System.nanoTime()).as("the load goes on").isLessThan(end);
        }
    }

    /** Ends the load, closes the files, and compares all of them with what is in {@code backing}. */
    void finish(Path backing) throws Exception {
        ended = true;
        for (var thread : threads) {
            thread.join(STUCK);
            assertThat(thread.isAlive()).as("thread of the load").isFalse();
        }
        assertThat(failure.get()).as("failure of the load").isNull();
        for (var file : files) {
            file.channel.force(true);
            for (int page = 0; page < PAGES; page++) {
                file.check(file.channel, page);
            }
            file.channel.close();
            try (var stored = FileChannel.open(backing.resolve(file.path.getFileName()))) {
                for (int page = 0; page < PAGES; page++) {
                    file.check(stored, page);
                }
            }
        }
    }

    /** Where the server is away, files are closed when their mount goes: nobody waits for that. */
    @Override
    public void close() {
        ended = true;
        var closing = Thread.ofPlatform().daemon().start(this::closeFiles);
        try {
            closing.join(PATIENCE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeFiles() {
        for (var file : files) {
            try {
                file.channel.close();
            } catch (IOException _) {
                // What was not stored has been noticed by the comparison, where there was one.
            }
        }
    }
}
