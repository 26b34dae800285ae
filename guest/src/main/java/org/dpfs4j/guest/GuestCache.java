package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The directory where guest kernels and programs are kept between runs. An entry is a directory that is filled under
 * another name
 * and renamed when it is whole, so a download that was cut off is never taken for an entry.
 */
public final class GuestCache {
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path root;

    public GuestCache(Path root) {
        this.root = root.toAbsolutePath();
    }

    /** The user's cache: {@code $XDG_CACHE_HOME/dpfs4j}, or {@code ~/.cache/dpfs4j}. */
    public static GuestCache ofUser() {
        String home = System.getenv("XDG_CACHE_HOME");
        Path base = home != null && home.startsWith("/")
                ? Path.of(home)
                : Path.of(System.getProperty("user.home"), ".cache");
        return new GuestCache(base.resolve("dpfs4j"));
    }

    /** Fills the directory of a new entry. */
    @FunctionalInterface
    interface Filler {
        void fill(Path directory) throws IOException, GuestUnavailable;
    }

    /** Something that must not run twice at the same time, in this process or another. */
    @FunctionalInterface
    interface Exclusive<T> {
        T run() throws IOException, GuestUnavailable;
    }

    /** The folder of all that is kept. */
    public Path root() {
        return root;
    }

    /** The entry of that name, filled now if it is not there yet. Call inside {@link #exclusively}. */
    Path entry(String name, Filler filler) throws IOException, GuestUnavailable {
        Path entry = root.resolve(name);
        if (Files.isDirectory(entry)) {
            return entry;
        }
        Path partial = root.resolve(name + ".partial");
        delete(partial);
        Files.createDirectories(partial);
        filler.fill(partial);
        Files.move(partial, entry, StandardCopyOption.ATOMIC_MOVE);
        return entry;
    }

    /** Remembers which entry answers a question now, for instance which kernel is a suite's newest. */
    void remember(String question, String entry) throws IOException {
        Path file = root.resolve(question + ".current");
        Path fresh = root.resolve(question + ".current.partial");
        Files.writeString(fresh, entry);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The entry last remembered for a question, if it is still there and was remembered within {@code age}. */
    Optional<Path> recall(String question, Duration age) throws IOException {
        Path file = root.resolve(question + ".current");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Instant remembered = Files.getLastModifiedTime(file).toInstant();
        Path entry = root.resolve(Files.readString(file));
        return remembered.plus(age).isAfter(Instant.now()) && Files.isDirectory(entry)
                ? Optional.of(entry)
                : Optional.empty();
    }

    /** Runs {@code work} while nobody else works in this cache. */
    <T> T exclusively(Exclusive<T> work) throws GuestUnavailable {
        IN_THIS_PROCESS.lock();
        try {
            Files.createDirectories(root);
            try (var file = FileChannel.open(
                            root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = file.lock()) {
                assert lock.isValid();
                return work.run();
            }
        } catch (IOException e) {
            throw new GuestUnavailable("the guest cache " + root + " cannot be used: " + e.getMessage(), e);
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
