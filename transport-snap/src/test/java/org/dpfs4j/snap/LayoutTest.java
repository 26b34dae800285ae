package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpfs4j.transport.DriverArch;
import org.junit.jupiter.api.Test;

/** Which lane serves which device, and what a provider is told. */
class LayoutTest {
    private static SnapConfig device(OptionalInt group, OptionalInt cpu, Idle idle, boolean mock, String manager) {
        return new SnapConfig(
                Path.of("/lib/vfsp.so"),
                "pf=0",
                2,
                256,
                group,
                cpu,
                idle,
                mock,
                Optional.empty(),
                new SnapConfig.Whole(manager, 0, Duration.ofMillis(10), List.of()),
                Map.of("x-a", "1"));
    }

    private static SnapConfig device(int group) {
        return device(
                group < 0 ? OptionalInt.empty() : OptionalInt.of(group), OptionalInt.empty(), Idle.ADAPTIVE, false, "");
    }

    @Test
    void devicesAreSpreadOverAsManyGroupsAsThereAreLanes() throws ProviderException {
        var layout = Layout.of(List.of(device(-1), device(-1), device(-1)), 2);
        assertThat(layout.groups()).isEqualTo(2);
        assertThat(layout.groupOfDevice()).containsExactly(0, 1, 0);
        assertThat(Layout.of(List.of(device(-1)), 8).groups()).isOne();
    }

    @Test
    void aDeviceMaySayWhichGroupItWants() throws ProviderException {
        var layout = Layout.of(List.of(device(3), device(-1), device(0)), 2);
        assertThat(layout.groups()).isEqualTo(4);
        assertThat(layout.groupOfDevice()).containsExactly(3, 1, 0);
    }

    @Test
    void whatIsSaidOfOneDeviceHoldsForItsGroup() throws ProviderException {
        var pinned = device(OptionalInt.of(0), OptionalInt.of(5), Idle.SPIN, false, "mlx5_1");
        var mock = device(OptionalInt.of(1), OptionalInt.empty(), Idle.ADAPTIVE, true, "");
        var layout = Layout.of(List.of(device(0), pinned, mock), 2);
        assertThat(layout.cpuOf(0)).isEqualTo(5);
        assertThat(layout.cpuOf(1)).isEqualTo(-1);
        assertThat(layout.idleOf(0)).isEqualTo(Idle.SPIN);
        assertThat(layout.isMock(0)).isFalse();
        assertThat(layout.isMock(1)).isTrue();
        assertThat(layout.whole().manager()).isEqualTo("mlx5_1");
    }

    @Test
    void contradictionsAreSentences() {
        var five = device(OptionalInt.of(0), OptionalInt.of(5), Idle.ADAPTIVE, false, "");
        var six = device(OptionalInt.of(0), OptionalInt.of(6), Idle.ADAPTIVE, false, "");
        assertThatThrownBy(() -> Layout.of(List.of(five, six), 1))
                .hasMessage("devices of group 0 differ in cpu: [5, 6]");
        var one = device(OptionalInt.of(0), OptionalInt.empty(), Idle.SPIN, false, "a");
        var other = device(OptionalInt.of(1), OptionalInt.empty(), Idle.WAIT, false, "b");
        assertThatThrownBy(() -> Layout.of(List.of(one, other), 1))
                .hasMessage("devices of one provider differ in manager: [a, b]");
    }

    @Test
    void aProviderIsToldOfADeviceByItsNumber() {
        assertThat(device(-1).lines(3, "tenant", DriverArch.X86_64, 1))
                .containsExactly(
                        "dev.3.function=pf=0",
                        "dev.3.tag=tenant",
                        "dev.3.request_queues=2",
                        "dev.3.queue_size=256",
                        "dev.3.client_arch=x86_64",
                        "dev.3.group=1",
                        "dev.3.x-a=1");
    }

    @Test
    void aLineEndsInNoValue() {
        assertThatThrownBy(() -> SnapConfig.of(Path.of("/lib/vfsp.so"), "pf=0\nmanager=x"))
                .hasMessage("function may not contain control characters");
        assertThatThrownBy(() -> SnapConfig.of(Path.of("vfsp.so"), "pf=0"))
                .hasMessage("provider must be an absolute path: vfsp.so");
    }
}
