package org.dpfs4j.tck.posix;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The connection to an agent: {@code agent.c} says what it understands. One line out, one line back for each process. */
public final class Agent implements Closeable {
    private static final long LIMIT_SECONDS = 60;

    private final OutputStream out;
    private final Closeable end;
    private final Map<Integer, CompletableFuture<String[]>> waiting = new ConcurrentHashMap<>();

    /** An agent that answers at {@code in} what is asked at {@code out}, for example over a guest's serial line. */
    public Agent(InputStream in, OutputStream out, Closeable end) {
        this.out = out;
        this.end = end;
        var greeting = expect(0);
        Thread.ofPlatform().name("posix-agent").daemon().start(() -> read(in));
        await(greeting);
    }

    /** An agent on this machine. */
    public static Agent local(Path program) throws IOException {
        var process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Agent(process.getInputStream(), process.getOutputStream(), () -> {
            process.getOutputStream().close();
            process.destroyForcibly();
        });
    }

    /** Asks process {@code id} and waits for its answer. */
    String[] ask(int id, String request) {
        return await(start(id, request));
    }

    /** Asks process {@code id}, which may answer late. */
    CompletableFuture<String[]> start(int id, String request) {
        var answer = expect(id);
        try {
            synchronized (out) {
                out.write((id + " " + request + "\n").getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        } catch (IOException e) {
            throw new AssertionError("the agent is gone", e);
        }
        return answer;
    }

    /** Ends process {@code id}; what it was asked stays unanswered. */
    void end(int id) {
        waiting.remove(id);
        ask(id, "end");
    }

    /** Lets the agent come to its end. */
    public void bye() {
        ask(0, "bye");
    }

    private CompletableFuture<String[]> expect(int id) {
        var answer = new CompletableFuture<String[]>();
        if (waiting.putIfAbsent(id, answer) != null) {
            throw new IllegalStateException("process " + id + " has not answered yet");
        }
        return answer;
    }

    static String[] await(CompletableFuture<String[]> answer) {
        try {
            return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the agent does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void read(InputStream in) {
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ", -1);
                var answer = waiting.remove(Integer.valueOf(words[0]));
                if (answer != null) {
                    answer.complete(Arrays.copyOfRange(words, 1, words.length));
                }
            }
        } catch (IOException | NumberFormatException e) {
            waiting.values().forEach(answer -> answer.completeExceptionally(e));
        }
        waiting.values().forEach(answer -> answer.completeExceptionally(new IOException("the agent has ended")));
    }

    @Override
    public void close() throws IOException {
        end.close();
    }
}
