package org.dpfs4j.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final List<String> requests = new ArrayList<>();

    @Test
    void guestThatDidEverythingIsOk() {
        var result = hear("""
                @@UP 6.1
                @@MOUNTED tag
                @@BEGIN one
                @@PASS a
                [ 1.0] some driver @@PASS b\r
                @@END one 0
                @@DONE
                """, "one");
        assertThat(result.ok()).as(result.describe()).isTrue();
        assertThat(result.workloads().getFirst().passed()).isEqualTo(2);
    }

    @Test
    void failedCheckFailsTheGuestWithItsReason() {
        var result = hear(
                "@@UP 6.1\n@@MOUNTED tag\n@@BEGIN one\n@@FAIL size: expected '1', got '2'\n@@END one 1\n@@DONE\n",
                "one");
        assertThat(result.ok()).isFalse();
        assertThat(result.describe()).contains("size: expected '1', got '2'");
    }

    @Test
    void scriptThatEndsWithAnErrorFailsEvenWithoutAFailedCheck() {
        assertThat(hear("@@UP 6.1\n@@MOUNTED t\n@@BEGIN one\n@@END one 2\n@@DONE\n", "one")
                        .ok())
                .isFalse();
    }

    @Test
    void workloadThatNeverEndedIsMissing() {
        var result =
                hear("@@UP 6.1\n@@MOUNTED t\n@@BEGIN one\n@@END one 0\n@@BEGIN two\n@@PASS x\n", "one", "two", "three");
        assertThat(result.ok()).isFalse();
        assertThat(result.missing()).containsExactly("two", "three");
    }

    @Test
    void aGuestThatSpinsInsteadOfBootingWasBrokenByItsEmulatorAndOneThatWaitsOrEndsWasNot() {
        assertThat(unbooted(Duration.ofMinutes(4)).brokenByEmulator()).isTrue();
        assertThat(unbooted(Duration.ofSeconds(4)).brokenByEmulator()).isFalse();
        assertThat(hear("[ 0.5] smp: Bringing up secondary CPUs", "one").brokenByEmulator())
                .isFalse();
    }

    private static GuestResult unbooted(Duration cpu) {
        var console = new Console(InputStream.nullInputStream(), GuestListener.NONE);
        console.didNotBoot(cpu);
        var result = console.result(List.of());
        assertThat(result.complete()).isFalse();
        return result;
    }

    @Test
    void complaintOfTheKernelFailsTheGuest() {
        var result = hear(
                "@@UP 6.1\n@@MOUNTED t\n[ 2.5] BUG: kernel NULL pointer dereference\n@@BEGIN one\n@@END one 0\n@@DONE\n",
                "one");
        assertThat(result.ok()).isFalse();
        assertThat(result.complaints()).hasSize(1);
    }

    @Test
    void rebootedWorkloadCountsOnceItEnds() {
        var result = hear(
                "@@UP 6\n@@MOUNTED t\n@@BEGIN one\n@@UP 6\n@@MOUNTED t\n@@BEGIN one\n@@PASS x\n@@END one 0\n@@DONE\n",
                "one");
        assertThat(result.ok()).as(result.describe()).isTrue();
    }

    @Test
    void requestsReachTheHost() {
        hear("@@HOST replug\n");
        assertThat(requests).containsExactly("replug");
    }

    private GuestResult hear(String text, String... workloads) {
        var listener = new GuestListener() {
            @Override
            public void line(String line) {}

            @Override
            public void request(String word) {
                requests.add(word);
            }
        };
        var console = new Console(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), listener);
        console.run();
        return console.result(
                Arrays.stream(workloads).map(name -> Workload.of(name, "")).toList());
    }
}
