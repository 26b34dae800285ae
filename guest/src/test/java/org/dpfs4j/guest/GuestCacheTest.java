package org.dpfs4j.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestCacheTest {
    @TempDir
    Path root;

    @Test
    void halfFilledEntryIsNeverTaken() throws Exception {
        var cache = new GuestCache(root);
        assertThatThrownBy(() -> cache.entry("kernel", directory -> {
                    Files.writeString(directory.resolve("image"), "half");
                    throw new IOException("the network is gone");
                }))
                .hasMessage("the network is gone");
        Path entry = cache.entry("kernel", directory -> {
            assertThat(directory.resolve("image")).doesNotExist();
            Files.writeString(directory.resolve("image"), "whole");
        });
        assertThat(entry.resolve("image")).hasContent("whole");
    }

    @Test
    void wholeEntryIsNotFilledAgain() throws Exception {
        var cache = new GuestCache(root);
        Path first = cache.entry("kernel", directory -> Files.writeString(directory.resolve("image"), "1"));
        Path second = cache.entry("kernel", directory -> {
            throw new IOException("filled twice");
        });
        assertThat(second).isEqualTo(first);
    }

    @Test
    void answerIsForgottenWhenItIsOldOrItsEntryIsGone() throws Exception {
        var cache = new GuestCache(root);
        Path entry = cache.entry("kernel-1", directory -> {});
        cache.remember("newest", "kernel-1");
        assertThat(cache.recall("newest", Duration.ofHours(1))).contains(entry);

        Path answer = root.resolve("newest.current");
        Files.setLastModifiedTime(answer, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        assertThat(cache.recall("newest", Duration.ofHours(1))).isEmpty();
        assertThat(cache.recall("newest", Duration.ofDays(1))).contains(entry);

        GuestCache.delete(entry);
        assertThat(cache.recall("newest", Duration.ofDays(1))).isEmpty();
    }

    @Test
    void unusableDirectoryIsOneSentence() throws Exception {
        Path file = Files.writeString(root.resolve("file"), "");
        assertThatThrownBy(() -> new GuestCache(file).exclusively(() -> ""))
                .isInstanceOf(GuestUnavailable.class)
                .hasMessageStartingWith("the guest cache " + file + " cannot be used: ");
    }
}
