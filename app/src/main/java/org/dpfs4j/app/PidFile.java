package org.dpfs4j.app;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A file with our process id for as long as we serve; whoever else writes there later keeps what is theirs. */
final class PidFile implements AutoCloseable {
    private final Optional<Path> file;
    private final String text = ProcessHandle.current().pid() + "\n";

    private PidFile(Optional<Path> file) {
        this.file = file;
    }

    /** Writes the file, if there shall be one; one that a crash left behind is replaced. */
    static PidFile at(Optional<Path> file) throws Failure {
        var pidFile = new PidFile(file);
        if (file.isPresent()) {
            try {
                Files.deleteIfExists(file.get());
                Files.writeString(file.get(), pidFile.text, StandardOpenOption.CREATE_NEW);
            } catch (IOException e) {
                throw Failure.cannot(List.of("the pid file " + file.get() + " cannot be written: " + reason(e)), e);
            }
        }
        return pidFile;
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "its folder does not exist";
            case AccessDeniedException _ -> "permission denied";
            case DirectoryNotEmptyException _ -> "a directory is there";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> e.getMessage();
        };
    }

    @Override
    public void close() {
        if (file.isEmpty()) {
            return;
        }
        try {
            if (Files.readString(file.get()).equals(text)) {
                Files.delete(file.get());
            }
        } catch (IOException e) {
            // Somebody removed it before us; nothing is left to do.
            return;
        }
    }
}
