package org.dpfs4j.guest;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** A connection to QEMU's monitor (QMP): one command at a time, answers as the text QEMU sent. */
final class Qmp implements Closeable {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Pattern ANSWER = Pattern.compile("^\\{\"(return|error)\".*");

    private final SocketChannel channel;
    private final BufferedReader in;

    private Qmp(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    }

    /** Connects to the socket, which QEMU makes soon after its start. */
    static Qmp connect(Path socket) throws IOException, InterruptedException {
        long end = System.nanoTime() + CONNECT.toNanos();
        while (!Files.exists(socket)) {
            if (System.nanoTime() > end) {
                throw new IOException("QEMU made no monitor socket within " + CONNECT.toSeconds() + " s");
            }
            Thread.sleep(20);
        }
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var qmp = new Qmp(channel);
            qmp.run("qmp_capabilities", "");
            return qmp;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Runs a command; {@code arguments} is the inside of a JSON object, possibly empty. */
    String run(String command, String arguments) throws IOException {
        String text = "{\"execute\":\"" + command + "\""
                + (arguments.isEmpty() ? "" : ",\"arguments\":{" + arguments + "}") + "}\n";
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        String answer = await(ANSWER);
        if (answer.startsWith("{\"error\"")) {
            throw new IOException("QEMU refused " + command + ": " + answer);
        }
        return answer;
    }

    /** Reads on to the next line that matches; an event between two commands, for instance. */
    String await(Pattern wanted) throws IOException {
        String line = in.readLine();
        while (line != null && !wanted.matcher(line).matches()) {
            line = in.readLine();
        }
        if (line == null) {
            throw new IOException("QEMU closed its monitor");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
