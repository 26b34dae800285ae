package org.dpfs4j.snap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A hold on how long this machine's processors may take to wake up (PM QoS); the kernel lets go of it with the file. */
final class CpuLatency implements AutoCloseable {
    private static final Path FILE = Path.of("/dev/cpu_dma_latency");

    private final FileChannel file;

    private CpuLatency(FileChannel file) {
        this.file = file;
    }

    /** Holds it at {@code most} from now on. */
    static CpuLatency hold(Duration most) throws IOException {
        return hold(FILE, most);
    }

    static CpuLatency hold(Path path, Duration most) throws IOException {
        FileChannel file = null;
        try {
            file = FileChannel.open(path, StandardOpenOption.WRITE);
            var micros = (int) Math.min(Integer.MAX_VALUE, most.toNanos() / 1000);
            var value = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
            file.write(value.putInt(0, micros));
            return new CpuLatency(file);
        } catch (IOException e) {
            if (file != null) {
                file.close();
            }
            throw new IOException("cpu-latency cannot be held: " + path + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "it does not exist" : e.getMessage();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
