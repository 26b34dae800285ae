package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.metrics.ProviderCount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a library that is no provider, and what a provider says to a server that breaks its rules. */
class ProviderTest {
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EINVAL = 22;
    private static final List<String> ONE_DEVICE = List.of("groups=1", "dev.0.function=pf=0", "dev.0.tag=one");

    /** All symbols of the ABI, with these instead of the right ones. */
    private static String library(String version, String sizes, String... without) {
        var missing = List.of(without);
        var rest = Stream.of(Provider.Function.values())
                .map(Provider.Function::symbol)
                .filter(symbol -> !missing.contains(symbol))
                .filter(symbol -> !symbol.equals("vfsp_abi_version") && !symbol.equals("vfsp_sizes"))
                .map(symbol -> "int " + symbol + "(void) { return -1; }\n")
                .collect(Collectors.joining());
        return """
                #include <stdint.h>
                #include <string.h>
                uint32_t vfsp_abi_version(void) { return %s; }
                int vfsp_sizes(uint32_t *out) { uint32_t s[6] = {%s}; memcpy(out, s, sizeof s); return 6; }
                """.formatted(version, sizes) + rest;
    }

    private static void assertRefused(Path library, String sentence) {
        assertThatThrownBy(() -> Provider.load(library))
                .isInstanceOf(ProviderException.class)
                .hasMessage(sentence);
    }

    @Test
    void aFileThatIsNotThereIsSaidSo(@TempDir Path folder) {
        var nowhere = folder.resolve("libvfsp.so");
        assertRefused(
                nowhere,
                "the provider " + nowhere
                        + " cannot be loaded: cannot open shared object file: No such file or directory");
        assertRefused(Path.of("libvfsp.so"), "the provider libvfsp.so is not an absolute path");
    }

    @Test
    void aFileThatIsNoLibraryIsSaidSo(@TempDir Path folder) throws IOException {
        var text = Files.writeString(folder.resolve("libvfsp.so"), "no library, whatever its name says\n".repeat(9));
        assertRefused(text, "the provider " + text + " cannot be loaded: invalid ELF header");
    }

    @Test
    void aLibraryThatIsNoProviderIsSaidSo() {
        var other = FakeLibrary.of("vfsp_other", "int something(void) { return 1; }");
        assertRefused(other, other + " is a library, but no provider: it has no vfsp_abi_version");
    }

    @Test
    void anotherVersionIsSaidSo() {
        var newer = FakeLibrary.of("vfsp_newer", library("0x20001", "16, 64, 16, 32, 208, 80", "vfsp_post"));
        assertRefused(newer, "the provider " + newer + " has version 2.1 of the ABI, and this server needs 1.x");
        var minor = FakeLibrary.of("vfsp_minor", library("0x10007", "16, 64, 16, 32, 208, 80"));
        assertThat(minor).satisfies(path -> Provider.load(path));
    }

    @Test
    void everyMissingFunctionIsNamed() {
        var part = FakeLibrary.of(
                "vfsp_part", library("0x10000", "16, 64, 16, 32, 208, 80", "vfsp_post", "vfsp_reset_done"));
        assertRefused(part, "the provider " + part + " is not complete: it has no vfsp_post, no vfsp_reset_done");
    }

    @Test
    void anotherLayoutIsNamed() {
        var wide = FakeLibrary.of("vfsp_wide", library("0x10000", "16, 72, 16, 32, 208, 80"));
        assertRefused(
                wide, "the provider " + wide + " has another layout: struct vfsp_req has 72 bytes there, and 64 here");
    }

    @Test
    void aProviderSaysWhyItCannotOpen() throws ProviderException {
        var fake = Provider.load(FakeLibrary.path());
        assertThatThrownBy(() -> fake.open(List.of("x-open-error=the board is not plugged in", "dev.0.function=pf=0")))
                .isInstanceOf(ProviderException.class)
                .hasMessage("the provider " + fake.library() + " cannot open its devices: the board is not plugged in");
        assertThatThrownBy(() -> fake.open(List.of("dev.0.function=pf=0", "dev.0.colour=red")))
                .isInstanceOf(ProviderException.class)
                .hasMessageEndingWith("cannot open its devices: unknown key: colour");
        assertThatThrownBy(() -> fake.open(List.of("x-start-error=19", "dev.0.function=pf=0"))
                        .start())
                .isInstanceOf(ProviderException.class)
                .hasMessageEndingWith("cannot start: No such device (errno 19)");
    }

    @Test
    void whatEmulatesDevicesIsListed() throws ProviderException {
        var fake = Provider.load(FakeLibrary.path());
        assertThat(fake.name()).isEqualTo("fake 1.0");
        assertThat(fake.emulators())
                .singleElement()
                .satisfies(each -> assertThat(each.can(Emulator.FILE_SYSTEMS)).isTrue())
                .satisfies(
                        each -> assertThat(each.can(Emulator.VIRTUAL_FUNCTIONS)).isFalse())
                .extracting(Emulator::rdma, Emulator::queuesMax, Emulator::functionsMax, Emulator::functions)
                .containsExactly("mlx5_0", 64L, 4L, 2L);
    }

    /** A provider that this thread owns, with a request that it has taken. */
    private static final class Owned implements AutoCloseable {
        final OpenProvider provider = open();
        final FakeHost host = new FakeHost(provider);
        final Arena arena = Arena.ofShared();
        final MemorySegment requests = arena.allocate(64L * 4, 8);
        final MemorySegment completion = arena.allocate(16, 8);

        private static OpenProvider open() {
            try {
                var opened = Provider.load(FakeLibrary.path()).open(ONE_DEVICE);
                opened.start();
                assertThat(opened.attach(0, -1)).isZero();
                return opened;
            } catch (ProviderException e) {
                throw new AssertionError(e);
            }
        }

        long request() {
            var cookie = host.push(0, 0, 1, FuseRequests.getattr(1).bytes(), 128, 7);
            assertThat(cookie).isPositive();
            assertThat(provider.pollIo(0, requests.address(), 4)).isOne();
            assertThat(requests.get(JAVA_LONG, 0)).isEqualTo(cookie);
            return cookie;
        }

        long completion(long cookie, int bytes, int status) {
            completion.set(JAVA_LONG, 0, cookie);
            completion.set(JAVA_INT, 8, bytes);
            completion.set(JAVA_INT, 12, status);
            return completion.address();
        }

        @Override
        public void close() {
            assertThat(provider.detach(0)).isZero();
            assertThat(provider.close()).isZero();
            host.close();
            arena.close();
        }
    }

    private static int elsewhere(IntSupplier call) {
        return CompletableFuture.supplyAsync(call::getAsInt).join();
    }

    @Test
    void completingTwiceIsRefused() {
        try (var owned = new Owned()) {
            var cookie = owned.request();
            assertThat(owned.provider.complete(0, owned.completion(cookie, 0, -5), 1))
                    .isOne();
            assertThat(owned.provider.complete(0, owned.completion(cookie, 0, -5), 1))
                    .isEqualTo(-ENOENT);
            assertThat(owned.provider.count(0, ProviderCount.REFUSED)).isOne();
            assertThat(owned.host.pop(cookie)).isEqualTo(16);
            assertThat(owned.host.error()).isEqualTo(5);
            assertThat(owned.provider.complete(0, owned.completion(cookie, 0, -5), 1))
                    .isEqualTo(-ENOENT);
            assertThat(owned.host.violations()).startsWith("2: ").contains("completed twice");
        }
    }

    @Test
    void aCookieThatNobodyGaveIsRefused() {
        try (var owned = new Owned()) {
            assertThat(owned.provider.complete(0, owned.completion(4711, 0, 0), 1))
                    .isEqualTo(-ENOENT);
            assertThat(owned.provider.post(0, owned.completion(4711, 0, 0), 1)).isEqualTo(-ENOENT);
        }
    }

    @Test
    void anAnswerThatIsTooLongIsAnError() {
        try (var owned = new Owned()) {
            var cookie = owned.request();
            assertThat(owned.provider.complete(0, owned.completion(cookie, 129, 0), 1))
                    .isEqualTo(-EINVAL);
            assertThat(owned.host.pop(cookie)).isEqualTo(16);
            assertThat(owned.host.error()).isEqualTo(5);
        }
    }

    @Test
    void onlyTheOwnerMayPollAndComplete() {
        try (var owned = new Owned()) {
            var cookie = owned.request();
            var at = owned.completion(cookie, 0, -5);
            assertThat(elsewhere(() -> owned.provider.pollIo(0, owned.requests.address(), 4)))
                    .isEqualTo(-EPERM);
            assertThat(elsewhere(() -> owned.provider.complete(0, at, 1))).isEqualTo(-EPERM);
            assertThat(elsewhere(() -> owned.provider.arm(0))).isEqualTo(-EPERM);
            assertThat(elsewhere(() -> owned.provider.detach(0))).isEqualTo(-EPERM);
            assertThat(owned.provider.complete(0, at, 1)).isOne();
        }
    }

    @Test
    void anyThreadMayPostAndTheOwnersNextPollDeliversIt() {
        try (var owned = new Owned()) {
            var cookie = owned.request();
            var at = owned.completion(cookie, 0, -5);
            assertThat(owned.provider.arm(0)).isZero();
            assertThat(elsewhere(() -> owned.provider.post(0, at, 1))).isOne();
            assertThat(elsewhere(() -> owned.provider.post(0, at, 1))).isEqualTo(-ENOENT);
            assertThat(owned.host.pop(cookie)).isEqualTo(-FakeHost.EAGAIN);
            assertThat(owned.provider.pollIo(0, owned.requests.address(), 4)).isZero();
            assertThat(owned.host.pop(cookie)).isEqualTo(16);
        }
    }

    @Test
    void aClosedProviderIsNotAskedForItsNumbers() throws Exception {
        var opened = Provider.load(FakeLibrary.path()).open(ONE_DEVICE);
        assertThat(opened.counts(0)).hasSize(ProviderCount.values().length);
        assertThat(opened.counts(99)).isEmpty();
        opened.close();
        assertThat(opened.counts(0)).isEmpty();
    }

    @Test
    void theGroupOfAThreadThatIsGoneBelongsToNobody() throws Exception {
        var opened = Provider.load(FakeLibrary.path()).open(ONE_DEVICE);
        opened.start();
        var owner =
                Thread.ofPlatform().start(() -> assertThat(opened.attach(0, -1)).isZero());
        owner.join();
        try (var arena = Arena.ofConfined()) {
            assertThat(opened.pollIo(0, arena.allocate(64, 8).address(), 1)).isEqualTo(-EPERM);
            assertThat(opened.attach(0, -1)).isNegative();
        }
    }
}
