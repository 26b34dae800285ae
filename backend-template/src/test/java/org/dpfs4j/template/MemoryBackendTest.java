package org.dpfs4j.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.fs.BackendProvider;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Fixture;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is this backend's own: its budget and its configuration. */
class MemoryBackendTest {
    private static final int SIZE = 64 << 10;

    private Lanes lanes;
    private Fixture fixture;
    private Client client;

    @BeforeEach
    void start(@TempDir Path scratch) throws Exception {
        lanes = new Lanes(1, IoMode.AUTO);
        fixture = new Fixture(lanes, new MemoryBackend(new MemoryConfig(SIZE, Duration.ZERO)), scratch);
        client = fixture.client();
    }

    @AfterEach
    void stop() {
        fixture.close();
        lanes.close();
    }

    @Test
    void aFullTreeIsAnError() {
        var file = client.create(Protocol.ROOT_ID, "a", 0644).ok().opened();
        client.write(file, 0, new byte[60 << 10]).ok();
        client.write(file, 60 << 10, new byte[8 << 10]).fails(Errno.ENOSPC);
        assertThat(client.statfs(Protocol.ROOT_ID).ok().freeBlocks()).isZero();
    }

    @Test
    void namesCannotFillTheHeap() {
        var made = 0;
        while (client.mkdir(Protocol.ROOT_ID, "d" + made, 0755).isOk()) {
            made++;
            assertThat(made).isLessThan(SIZE / Tree.INODE_BYTES);
        }
        client.mkdir(Protocol.ROOT_ID, "d" + made, 0755).fails(Errno.ENOSPC);
    }

    @Test
    void whatIsGoneIsFreeAgain() {
        var before = client.statfs(Protocol.ROOT_ID).ok();
        for (int i = 0; i < 50; i++) {
            var made = client.create(Protocol.ROOT_ID, "a", 0644).ok();
            client.write(made.opened(), 0, new byte[40 << 10]).ok();
            client.rename(Protocol.ROOT_ID, "a", Protocol.ROOT_ID, "b").ok();
            client.unlink(Protocol.ROOT_ID, "b").ok();
            client.release(made.opened()).ok();
            client.forget(made.nodeId(), 1);
        }
        assertThat(client.statfs(Protocol.ROOT_ID).ok()).isEqualTo(before);
    }

    @Test
    void theProviderIsFoundByItsType() {
        assertThat(ServiceLoader.load(BackendProvider.class))
                .anyMatch(provider -> provider.type().equals("memory"));
    }

    @Test
    void aConfigurationThatMakesNoSenseIsAProblemAndNotAnException() {
        assertThat(problems(Map.of("size", "1MiB", "attr-timeout", "0s"))).isEmpty();
        assertThat(problems(Map.of("size", "1KiB"))).singleElement().asString().contains("size is less than 64KiB");
        assertThat(problems(Map.of("size", "many"))).isNotEmpty();
        assertThat(problems(Map.of("sice", "1MiB"))).singleElement().asString().contains("sice");
    }

    private static List<String> problems(Map<String, Object> values) {
        var problems = new ArrayList<Problem>();
        var section = new Section("[backend.x]", values, key -> 1, problems);
        new MemoryProvider().configure(section);
        section.reportUnknownKeys();
        return problems.stream().map(Problem::message).toList();
    }
}
